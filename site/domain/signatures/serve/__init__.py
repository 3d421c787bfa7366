"""The verifier process: a single-threaded fork server on a Unix socket.

What it says on its socket is in protocol.py; how a document is verified, in procedure.py.
"""
