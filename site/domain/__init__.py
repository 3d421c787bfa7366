"""What may be done: verbs and values. Knows no Flask."""
