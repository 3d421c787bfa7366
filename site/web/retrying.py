"""When to come back: what an answer says of itself prevails over the limiter's own count."""

from flask import Flask, Response, g


def init_app(app: Flask) -> None:
    """Call before the limiter is bound: Flask runs first what is registered last."""
    app.after_request(restore)


def retry_after(response: Response, seconds: int) -> Response:
    """Say in how many seconds to come back."""
    g.retry_after = seconds
    return restore(response)


def restore(response: Response) -> Response:
    """Put back the delay that the answer gave; the limiter puts the larger of the two."""
    if "retry_after" in g:
        response.headers["Retry-After"] = str(g.retry_after)
    return response
