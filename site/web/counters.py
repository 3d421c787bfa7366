"""The counters themselves: imported once PROMETHEUS_MULTIPROC_DIR is set (web/metrics.py)."""

from prometheus_client import Counter, Histogram


BUCKETS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)

REQUESTS = Counter("http_requests", "Requests answered.", ("route", "method", "status"))
DURATION = Histogram(
    "http_request_seconds",
    "Time to make an answer, pages in memory aside.",
    ("route",),
    buckets=BUCKETS,
)
FROM_MEMORY = Counter("http_pages_from_memory", "Pages answered from memory, before Flask.")
