"""The web process: pages in memory at once, bodies read without a thread, the rest in threads.

`python -m communaute.serving` starts it. Any other WSGI server can run `communaute:create_app()`,
behind a proxy that reads bodies for it.
"""
