// Commands, identifiers and times are the words of the domain: who imports this can name them.
@_exported public import LedgerDomain
