"""Structures and their invoices: who may do what, what happened, and the invented set."""
