internal import LedgerCommandLine

LedgerTool.main()
