// Who tests with this product can name what is tested: the ledger and the words of the domain.
@_exported public import AccountLedger
