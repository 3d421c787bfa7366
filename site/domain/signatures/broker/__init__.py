"""Ask certification authorities whether certificates were revoked: off unless the operator says so.

It runs in a child of its own, which has the network and never sees a document. It asks only the
addresses written in certificates whose chain, verified again here, leads to a listed anchor.
"""
