"""Reads content/: documents, HTML, feeds, search documents; checks it.

Begin at loading.load, which gives a content.Content of pages.Page; checking.check says its faults.
"""
