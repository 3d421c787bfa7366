"""What serves every format: chain, revocation, time stamps, level; then the rules and their words."""
