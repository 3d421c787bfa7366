"""Accounts: who may sign in, who may do what, what is kept of people."""
