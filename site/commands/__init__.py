"""The command line, one module per feature."""
