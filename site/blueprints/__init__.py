"""The doors: one package per feature."""
