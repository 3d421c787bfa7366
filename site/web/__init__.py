"""What every view shares. Knows nothing of the rest of the site."""
