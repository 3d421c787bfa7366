"""Changing the SIRET of a structure: rehearsed, previewed, done, told by a receipt."""
