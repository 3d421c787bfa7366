"""Verifying electronic signatures: what was signed, by whom, when, and whether to rely on it."""
