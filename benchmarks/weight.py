"""What a visitor downloads: the home page first, then the next page; and Lighthouse's notes.

    .venv/bin/python -m benchmarks.weight [--lighthouse [PAGE…]]

A busy machine lowers the performance of every page: name the home page too, and compare.
Chromium on localhost over the site as it is served (brotli). Lighthouse comes from npm into benchmarks/node_modules.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

from benchmarks.serving import site


HERE = Path(__file__).resolve().parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = "/usr/bin/chromium"
NEXT = "/bonnes-pratiques/changer-de-siret"
PAGES = ("/", NEXT, "/guides/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 3


def weigh(session: CDPSession, go: object, url: str) -> dict[str, int]:
    """Bytes on the wire by kind of resource, for one navigation."""
    kinds: dict[str, str] = {}
    total: dict[str, int] = {}

    def received(event: dict[str, object]) -> None:
        kinds[str(event["requestId"])] = str(event["type"])

    def finished(event: dict[str, object]) -> None:
        kind = kinds.get(str(event["requestId"]), "Other")
        total[kind] = total.get(kind, 0) + int(float(str(event["encodedDataLength"])))

    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", finished)
    go(url, wait_until="networkidle")  # type: ignore[operator]
    session.remove_listener("Network.responseReceived", received)
    session.remove_listener("Network.loadingFinished", finished)
    return total


def show(name: str, weights: dict[str, int]) -> None:
    whole, fonts = sum(weights.values()), weights.get("Font", 0)
    parts = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in sorted(weights.items()))
    print(f"{name}: {whole / 1000:.1f} kB, {(whole - fonts) / 1000:.1f} kB without fonts ({parts})")


def lighthouse(address: str, pages: Sequence[str]) -> None:
    binary = HERE / "node_modules" / ".bin" / "lighthouse"
    if not binary.exists():
        subprocess.run(["npm", "install", "--prefix", str(HERE), "--silent"], check=True)
    for page in pages:
        notes = [one_run(binary, address + page) for _ in range(RUNS)]
        medians = {c: statistics.median(note[c] for note in notes) for c in CATEGORIES}
        print(page, ", ".join(f"{name} {value:.0f}" for name, value in medians.items()))


def one_run(binary: Path, url: str) -> dict[str, float]:
    command = [
        str(binary), url, "--quiet", "--output=json", "--form-factor=mobile",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(FLAGS)}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    out = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment
    ).stdout
    categories = json.loads(out)["categories"]
    return {name: 100 * categories[name]["score"] for name in CATEGORIES}


def main() -> None:
    with site() as served, sync_playwright() as playwright:
        address = served.address
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        show("first view, home", weigh(session, page.goto, address + "/"))
        show(f"next page, {NEXT}", weigh(session, page.goto, address + NEXT))
        browser.close()
        if "--lighthouse" in sys.argv:
            lighthouse(address, sys.argv[sys.argv.index("--lighthouse") + 1 :] or PAGES)


if __name__ == "__main__":
    main()
