"""ASiC: files and their signatures in one ZIP container (ETSI EN 319 162-1), BDOC among them."""
