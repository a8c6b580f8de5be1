// The words of the domain are the words of this product: who imports it can name them.
@_exported public import LedgerDomain
// Applications write projections of their own.
@_exported public import LedgerProjections
