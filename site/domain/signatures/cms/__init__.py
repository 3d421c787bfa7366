"""Signatures of a CMS file (.p7m, .p7s), and what a PDF signature has in common with them."""
