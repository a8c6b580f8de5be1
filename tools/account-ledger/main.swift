internal import LedgerCommandLine

await Program.main()
