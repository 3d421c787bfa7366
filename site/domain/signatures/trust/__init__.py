"""Whom to trust: European trusted lists whose signatures are verified, and private anchors."""
