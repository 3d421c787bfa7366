"""Signatures of a PDF: each gives its facts, and what was changed in the document since."""
