"""French, the ground floor: words folded, dates and numbers written and read, typography.

Every room may import it; it imports nobody of ours but search_index.folding and its stop words.
"""
