"""Make, with authorities invented for it, files that must be refused and files that must not be.

Nothing here verifies anything: it writes what the tests, and whoever checks a verifier, read.
"""
