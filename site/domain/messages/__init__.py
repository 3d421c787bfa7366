"""« Mes messages »: one way, to those one has invoices with."""
