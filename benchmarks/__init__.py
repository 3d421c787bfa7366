"""Each figure of the README by one command."""
