"""Each figure of README by one command."""
