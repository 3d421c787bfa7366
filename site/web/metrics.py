"""What is counted of requests, for Prometheus: by route, never by address, which people type.

Counts of one host are in files of the folder that PROMETHEUS_MULTIPROC_DIR names, one a process: whoever
is asked answers for all of them.
"""

import os
import time
from pathlib import Path

from flask import Flask, Response, g, request


FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# What has no route: an address that leads nowhere.
NO_ROUTE = "none"


def init_app(app: Flask, folder: Path) -> None:
    """Count the requests of this application. The library reads its folder when first imported."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(FOLDER, str(folder))
    app.before_request(begin)
    app.after_request(count)


def begin() -> None:
    """Note when the request came."""
    g.began = time.perf_counter()


def count(response: Response) -> Response:
    """Count the answer."""
    from communaute.web.counters import DURATION, REQUESTS

    route = request.url_rule.rule if request.url_rule else NO_ROUTE
    REQUESTS.labels(route, request.method, str(response.status_code)).inc()
    if "began" in g:
        DURATION.labels(route).observe(time.perf_counter() - g.began)
    return response
