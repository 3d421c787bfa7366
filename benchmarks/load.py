"""How the site holds as users grow: p95, errors and memory, its three processes on one machine of two cores.

    .venv/bin/python -m benchmarks.load                             # SQLite: 10, 50, 200 users, 20 s each
    .venv/bin/python -m benchmarks.load --postgresql --redis        # on servers of its own (Debian's)
    .venv/bin/python -m benchmarks.load --soak 600 --users 50       # and then ten minutes, a line a minute

Users are of five kinds: readers, searchers, people who look for a tariff, who sign up for a training, who have a
document verified. Each acts, waits a second on average, acts again. A full queue (503) is a refusal, told apart
from errors. The users run on the same cores: a figure here is a floor.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

import aiohttp

from benchmarks.serving import Served, free_port, wait_for
from tests.databases import PostgresServer, newest_binaries
from tests.search.wordings import ours


ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "site/static/exemples-signature/valide.pdf"
# Of a hundred users, how many are of each kind.
SHARES = {"read": 60, "search": 20, "tariff": 12, "sign up": 5, "verify": 3}
THINKS, PATIENCE, GRACE = 1.0, 30.0, 20.0
TARIFFS = (
    "interprète dimanche",
    "autopsie",
    "expertise psychiatrique",
    "enquête sociale",
    "traduction",
)
REFUSED = (429, 503)


@dataclass
class Told:
    """What users lived: how long each kind of act took, in seconds, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


@dataclass
class Site:
    """The running site and what users ask of it."""

    address: str
    processes: dict[str, Served]
    pages: list[str]
    pairs: list[str]

    def memory(self) -> str:
        """Megabytes of each process and its children."""
        return (
            ", ".join(f"{name} {one.memory():.0f}" for name, one in self.processes.items()) + " MB"
        )


@contextlib.contextmanager
def standing(database: str, redis: str) -> Iterator[Site]:
    """The site, its worker and its verifier over an instance of their own, with the demonstration."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        env = {
            **os.environ,
            "INSTANCE_PATH": folder,
            "SEARCH_INDEX_DIR": f"{folder}/index",
            "LIMITS": "off",
        }
        env |= {"DATABASE_URL": database, "REDIS_URL": redis}
        flask = [str(Path(sys.executable).with_name("flask")), "--app", "communaute"]
        for verb in (("db", "upgrade"), ("tariffs", "load"), ("search", "build"), ("demo", "load")):
            subprocess.run([*flask, *verb], env=env, check=True, capture_output=True)
        port = free_port()
        commands = {
            "web": [sys.executable, "-m", "communaute.serving", "--port", str(port)],
            "worker": [
                str(Path(sys.executable).with_name("huey_consumer")),
                "communaute.tasks.huey",
                "--quiet",
            ],
            "verifier": [*flask, "signatures", "serve"],
        }
        started = {
            name: subprocess.Popen(
                command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for name, command in commands.items()
        }
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/sante")
            processes = {name: Served(address, one.pid) for name, one in started.items()}
            yield asyncio.run(seen(address, processes))
        finally:
            for one in started.values():
                one.terminate()
            for one in started.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    one.wait(GRACE)
                one.kill()
                one.wait()


async def seen(address: str, processes: dict[str, Served]) -> Site:
    """What there is to read and to sign up for."""
    async with aiohttp.ClientSession(address) as client:
        listed = await (await client.get("/contenus.json")).json()
        dates = await (await client.get("/formations/sessions.json")).json()
    base = listed["pages"][0]["url"].split("/", 3)
    pages = ["/" + one["url"].split("/", 3)[3] for one in listed["pages"] if base]
    return Site(address, processes, ["/", "/guides/", *pages], [str(one["id"]) for one in dates])


Act = Callable[[aiohttp.ClientSession, Site, int], Awaitable[int]]


async def read(client: aiohttp.ClientSession, site: Site, _number: int) -> int:
    return await asked(client, random.choice(site.pages))


async def search(client: aiohttp.ClientSession, _site: Site, number: int) -> int:
    text = random.choice(WORDINGS) + (f" {number}" if number % 2 else "")
    return await asked(client, f"/recherche?q={quote_plus(text)}")


async def tariff(client: aiohttp.ClientSession, _site: Site, number: int) -> int:
    text = random.choice(TARIFFS) + (f" {number}" if number % 2 else "")
    return await asked(client, f"/outils/tarifs?q={quote_plus(text)}")


async def sign_up(client: aiohttp.ClientSession, site: Site, number: int) -> int:
    form = {
        "paire": random.choice(site.pairs),
        "nom": "Camille Essai",
        "courriel": f"essai-{number}-{time.monotonic_ns()}@exemple.example",
        "organisation": "Essai",
        "consentement": "oui",
    }
    async with client.post("/outils/inscription", data=form) as answer:
        await answer.read()
        return answer.status


async def verify(client: aiohttp.ClientSession, _site: Site, _number: int) -> int:
    form = aiohttp.FormData()
    form.add_field(
        "document", DOCUMENT.read_bytes(), filename="valide.pdf", content_type="application/pdf"
    )
    async with client.post("/outils/signature", data=form, allow_redirects=False) as sent:
        if sent.status != 303:
            return sent.status
        where = sent.headers["Location"]
    for _ in range(100):
        status = await asked(client, where)
        if status != 202:
            return status
        await asyncio.sleep(0.2)
    return 202


async def asked(client: aiohttp.ClientSession, path: str) -> int:
    async with client.get(path) as answer:
        await answer.read()
        return answer.status


ACTS: dict[str, Act] = {
    "read": read,
    "search": search,
    "tariff": tariff,
    "sign up": sign_up,
    "verify": verify,
}
WORDINGS = [one.text for one in ours("seen")]


async def lived(site: Site, users: int, seconds: float) -> Told:
    """So many users for so long; what they lived."""
    told, until = Told(), time.monotonic() + seconds
    kinds = [kind for kind, share in SHARES.items() for _ in range(max(1, users * share // 100))][
        :users
    ]
    headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}

    async def user(number: int, kind: str) -> None:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(site.address, headers=headers, timeout=timeout) as client:
            turn = number
            while time.monotonic() < until:
                await asyncio.sleep(random.expovariate(1 / THINKS))
                turn += users
                began = time.perf_counter()
                try:
                    status = await ACTS[kind](client, site, turn)
                except (aiohttp.ClientError, TimeoutError) as fault:
                    told.errors[f"{kind} {type(fault).__name__}"] += 1
                    continue
                if status in REFUSED:
                    told.refused[f"{kind} {status}"] += 1
                elif status >= 400:
                    told.errors[f"{kind} {status}"] += 1
                else:
                    told.took[kind].append(time.perf_counter() - began)

    await asyncio.gather(*(user(number, kind) for number, kind in enumerate(kinds)))
    return told


def line(label: str, told: Told, seconds: float) -> str:
    """What one run was, in one line."""
    acts = [f"{kind} {p95(took)}" for kind in ACTS if (took := told.took[kind])]
    count = sum(map(len, told.took.values()))
    wrong = f"errors {dict(told.errors) or 0}, refused {dict(told.refused) or 0}"
    return f"{label}: {count / seconds:.0f} acts /s; p50, p95 ms: {'; '.join(acts)}; {wrong}"


def p95(took: list[float]) -> str:
    ordered = sorted(took)
    return (
        f"{1000 * statistics.median(ordered):.0f}, {1000 * ordered[int(0.95 * len(ordered))]:.0f}"
    )


@contextlib.contextmanager
def servers(asked: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The addresses of the database and of Redis; empty for the site's own files."""
    with contextlib.ExitStack() as stack:
        database = redis = ""
        if asked.postgresql:
            if (binaries := newest_binaries()) is None:
                sys.exit("skipped: PostgreSQL is not installed")
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp"))
            )
            server = PostgresServer(binaries, folder, durable=True)
            stack.callback(server.stop)
            database = stack.enter_context(server.database())
        if asked.redis:
            if (program := shutil.which("redis-server")) is None:
                sys.exit("skipped: Redis is not installed")
            port = free_port()
            command = [program, "--port", str(port), "--save", "", "--bind", "127.0.0.1"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            redis = f"redis://127.0.0.1:{port}/0"
        yield database, redis


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, nargs="+", default=[10, 50, 200])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument(
        "--soak", type=float, default=0, help="seconds more, with the last count of users"
    )
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--redis", action="store_true")
    asked = parser.parse_args()
    with servers(asked) as (database, redis), standing(database, redis) as site:
        kind = ("PostgreSQL" if database else "SQLite") + (", Redis" if redis else "")
        print(f"{kind}; at rest: {site.memory()}", flush=True)
        for users in asked.users:
            told = asyncio.run(lived(site, users, asked.seconds))
            print(line(f"{users} users", told, asked.seconds), flush=True)
            print(f"   {site.memory()}", flush=True)
        for minute in range(int(asked.soak // 60)):
            told = asyncio.run(lived(site, asked.users[-1], 60))
            print(line(f"minute {minute + 1}", told, 60), site.memory(), sep="\n   ", flush=True)


if __name__ == "__main__":
    main()
