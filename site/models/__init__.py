"""The tables, one module per feature."""
