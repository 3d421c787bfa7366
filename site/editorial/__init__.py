"""Reads content/: documents, HTML, feeds, search documents; checks it."""
