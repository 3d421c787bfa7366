"""Notifications: what a person wants to be told of, the digest, the ways to leave it."""
