internal import LedgerCommandLine

Program.main()
