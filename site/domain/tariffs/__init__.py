"""Tariffs of frais de justice: which one applies, what it comes to, and why."""
