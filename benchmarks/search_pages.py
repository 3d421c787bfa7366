"""What a page of results and a page of tariffs cost, and how long 64 clients wait.

    .venv/bin/python benchmarks/search_pages.py

First in one process, without a server: processor time of the whole application for a question
asked for the first time, for one whose answer was forgotten, and for one asked before. Then
gunicorn (two workers of eight threads) under wrk (Debian) with 64 clients, who ask new questions
and old ones in turn. The questions are those of tests/search/wordings.toml.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus, urlencode


ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from serving import free_port, wait_for  # noqa: E402

from communaute import create_app  # noqa: E402
from communaute.blueprints.search import views as search_views  # noqa: E402
from communaute.blueprints.tariffs import finder as tariff_views  # noqa: E402
from communaute.config import Settings  # noqa: E402
from communaute.extensions import db  # noqa: E402
from communaute.wiring import indexing  # noqa: E402
from tests.search.wordings import ours  # noqa: E402


CLIENTS, SECONDS, ROUNDS = 64, 8, 5
TARIFFS = (
    {"q": "interprète dimanche nuit"},
    {"q": "autopsie"},
    {"q": "expertise psychiatrique"},
    {"q": "fourrière", "date": "2022-06-19"},
    {"q": "enquête sociale"},
    {"q": "traduction"},
    {"categorie": "traducteurs-interpretes"},
    {"categorie": "temoins"},
    {"categorie": "jures", "requisition": "2022-03-01", "prestation": "2026-03-01"},
    {"texte": "A43-6", "date": "2022-01-01"},
    {"code": "IP 6"},
)
# One address in two is asked for the first time: a number that no page says makes it new.
WRK = """
local addresses = {%s}
local at = 0
request = function()
  at = at + 1
  local address = addresses[math.random(#addresses)]
  if at %% 2 == 0 then address = address .. "%s" .. math.random(1e8, 1e9) end
  return wrk.format("GET", address, {["Accept-Encoding"] = "gzip"})
end
"""


def addresses() -> dict[str, list[str]]:
    """The questions asked of each of the two pages."""
    texts = [wording.text for which in ("seen", "kept") for wording in ours(which)]
    return {
        "search": [f"/recherche?q={quote_plus(text)}" for text in texts],
        "tariffs": [f"/outils/tarifs?{urlencode(asked)}" for asked in TARIFFS],
    }


def in_process(folder: str) -> None:
    """Print the processor time of one request, everything but the server."""
    settings = Settings(
        instance_path=folder,
        secret_key="benchmark",
        search_index_dir=f"{folder}/index",
        limits="off",
    )
    app = create_app(settings.completed())
    with app.app_context():
        db.create_all()
        indexing.build_index()
        indexing.opened().read_ahead()  # as a web process does when it starts
    client = app.test_client()
    keepers = {"search": search_views.KEPT, "tariffs": tariff_views.KEPT}
    print(
        f"{'processor, ms (median)':24} {'first time':>11} {'forgotten':>10} {'asked before':>13}"
    )
    for name, asked in addresses().items():
        client.get("/recherche?q=facture")
        first = [cost(client, address) for address in asked]
        again = []
        for address in asked:
            rounds = []
            for _ in range(ROUNDS):
                app.extensions.pop(keepers[name], None)
                rounds.append(cost(client, address))
            again.append(min(rounds))
        before = [cost(client, address) for address in asked[-1:] * 50]
        medians = (statistics.median(values) for values in (first, again, before))
        print(f"{name:24} {next(medians):11.2f} {next(medians):10.2f} {next(medians):13.2f}")


def cost(client, address: str) -> float:
    """The milliseconds of processor of one request."""
    began = time.process_time()
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200, address
    return (time.process_time() - began) * 1000


def under_load(folder: str) -> None:
    """Print how long clients wait, as wrk counts it."""
    port = free_port()
    environment = os.environ | {
        "INSTANCE_PATH": folder,
        "SEARCH_INDEX_DIR": f"{folder}/index",
        "SECRET_KEY": "benchmark",
        "LIMITS": "off",
    }
    command = [
        sys.executable, "-m", "gunicorn", "communaute:create_app()", "--bind", f"127.0.0.1:{port}",
        "--workers", "2", "--worker-class", "gthread", "--threads", "8",
    ]  # fmt: skip
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/sante")
        for name, asked in addresses().items():
            new = "+" if name == "search" else "&essai="
            print(f"{name}, {CLIENTS} clients: {' '.join(waited(folder, port, asked, new))}")
    finally:
        server.terminate()
        server.wait()


def waited(folder: str, port: int, asked: list[str], new: str) -> Iterator[str]:
    """The rate, the 50th and the 99th percentile, and the answers that were not right."""
    script = Path(folder) / "ask.lua"
    script.write_text(WRK % (", ".join(f'"{address}"' for address in asked), new))
    command = [
        "wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--latency", "-s", str(script),
        f"http://127.0.0.1:{port}",
    ]  # fmt: skip
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for wanted in (r"Requests/sec:.*", r"50%.*", r"99%.*", r"Non-2xx.*", r"Socket errors.*"):
        if found := re.search(wanted, told):
            yield " ".join(found[0].split()) + ";"


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        in_process(folder)
        if shutil.which("wrk"):
            under_load(folder)
        else:
            print("wrk is not installed: nothing measured under load.")


if __name__ == "__main__":
    main()
