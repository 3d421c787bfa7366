"""How long the tariff finder takes: `python benchmarks/tariffs.py`.

Each query goes through the whole application (routing, finder, template, brotli), in one process,
after one warm-up; the median wall time of 40 runs is printed beside the processor's, and the size
of the page as sent. The bounds: 15 ms at the median, 60,000 bytes with the 284 operators' tariffs.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from communaute import create_app
from communaute.blueprints.tariffs.data import tariffs
from communaute.config import Settings
from communaute.domain.tariffs.finder import Query


RUNS = 40
BOUND_MS, BOUND_BYTES = 15, 60_000
OPERATORS = {"categorie": "operateurs-communications-electroniques"}
QUERIES = (
    {},
    {"q": "interprète dimanche nuit"},
    {"q": "interprète dimanche nuit", "date": "2019-06-01"},
    {"q": "autopsie"},
    {"q": "A43-7"},
    {"code": "IP 6"},
    {"categorie": "traducteurs-interpretes"},
    {"categorie": "jures", "requisition": "2022-03-01", "prestation": "2026-03-01"},
    {"texte": "A43-6", "date": "2022-01-01"},
    {"q": "réquisition", "date": "2020-01-01"},
    OPERATORS,
)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance_path=folder, secret_key="bench", limits="off").completed()
        app = create_app(settings)
        client = app.test_client()
        print(f"{'wall ms':>8} {'cpu ms':>8} {'bytes br':>9}  query")
        medians, sizes = zip(*(measured(client, query) for query in QUERIES), strict=True)
        with app.app_context():
            print(f"finder alone: {finder_alone():.2f} ms at the median, no page")
    print(f"median of the medians: {statistics.median(medians):.1f} ms (bound {BOUND_MS})")
    print(f"operators' page: {sizes[-1]} bytes (bound {BOUND_BYTES})")
    return int(max(medians) > BOUND_MS or sizes[-1] > BOUND_BYTES)


def measured(client, query):
    address = f"/outils/tarifs?{urlencode(query)}"
    headers = {"Accept-Encoding": "br"}
    client.get(address, headers=headers)
    walls, cpus = [], []
    for run in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        # An argument that says nothing makes a new question: answers are kept.
        response = client.get(f"{address}&essai={run}", headers=headers)
        walls.append((time.perf_counter() - wall) * 1e3)
        cpus.append((time.process_time() - cpu) * 1e3)
    assert response.status_code == 200
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"{wall:8.1f} {cpu:8.1f} {len(response.data):9}  {Path(address).name}")
    return wall, len(response.data)


def finder_alone():
    finder = tariffs().finder
    times = []
    for words in ("interprète dimanche nuit", "autopsie", "A43-7", "réquisition internet"):
        for _ in range(RUNS):
            start = time.perf_counter()
            finder.find(Query(words=words))
            times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
