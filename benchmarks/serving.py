"""What a content page costs, by each way of serving it, against nginx with the same bytes, in one run.

    .venv/bin/python -m benchmarks.serving            # ours alone, ours cached by nginx, nginx static
    .venv/bin/python -m benchmarks.serving --servers  # and gunicorn, granian's WSGI: mix, slow clients, memory

Needs wrk and nginx (Debian). Processor is that of the serving processes, user and system, a request.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


PAGE = "/bonnes-pratiques/changer-de-siret"
# What a minute of visitors asks: nine pages in ten are content.
MIX = (
    PAGE,
    "/guides/",
    "/",
    "/recherche?q=facture+rejetee",
    "/outils/tarifs?q=interprete",
    "/outils/signature",
)
ROUNDS, SECONDS, CONNECTIONS, SLOW = 5, 4, 16, 200
# In seconds: a server that does not answer, or does not end, is given up.
ANSWERS, ENDS = 10, 40
HEADERS = ["-H", "Accept-Encoding: br"]
TICK = os.sysconf("SC_CLK_TCK")
SERVERS = {
    "ours": ["-m", "communaute.serving", "--port", "{port}"],
    "gunicorn": ["-m", "gunicorn", "communaute:create_app()", "--bind", "127.0.0.1:{port}", "--workers", "2",
                 "--worker-class", "gthread", "--threads", "8", "--limit-request-line", "8190", "--no-control-socket"],
    "granian, WSGI": ["-m", "granian", "communaute:create_app", "--factory", "--interface", "wsgi", "--http", "1",
                      "--no-ws", "--workers", "2", "--blocking-threads", "8", "--port", "{port}"],
}  # fmt: skip


@dataclass
class Served:
    """A server that runs: its address and its first process."""

    address: str
    pid: int

    def processes(self) -> list[int]:
        found = [self.pid]
        for pid in found:  # grows as it is walked
            found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def processor(self) -> float:
        """Seconds of processor, user and system."""
        stats = [
            Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            for pid in self.processes()
        ]
        return sum(int(each[11]) + int(each[12]) for each in stats) / TICK

    def memory(self) -> float:
        """Megabytes, what processes share counted once (PSS)."""
        rolls = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.processes()]
        return sum(int(roll.split("Pss:")[1].split()[0]) for roll in rolls) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=ANSWERS).read()
            return
        time.sleep(0.1)
    sys.exit(f"{url} does not answer")


@contextlib.contextmanager
def running(command: list[str], port: int, path: str = "/sante", **env: str) -> Iterator[Served]:
    process = subprocess.Popen(
        command, stderr=subprocess.DEVNULL, env={**os.environ, "LIMITS": "off", **env}
    )
    served = Served(f"http://127.0.0.1:{port}", process.pid)
    try:
        wait_for(served.address + path)
        yield served
    finally:
        end(served, process)


def end(served: Served, process: "subprocess.Popen[bytes]") -> None:
    """End a server and its children; by force those that clients who never read keep from ending."""
    family: list[int] = []
    with contextlib.suppress(FileNotFoundError):
        family = served.processes()
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(ENDS)
    for pid in reversed(family):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def site(name: str = "ours") -> Iterator[Served]:
    """The site by one of SERVERS, its page made once by each process."""
    port = free_port()
    with running(
        [sys.executable, *(word.format(port=port) for word in SERVERS[name])], port
    ) as served:
        for _ in range(40):
            ask(served.address + PAGE)
        yield served


def ask(url: str, encoding: str = "br") -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=ANSWERS) as response:
        return bytes(response.read())


@contextlib.contextmanager
def nginx(inside: str, path: str) -> Iterator[Served]:
    """nginx with this location."""
    folder, port = Path(tempfile.mkdtemp()), free_port()
    folder.chmod(0o755)
    (folder / "cache").mkdir()
    shutil.chown(folder / "cache", "www-data")
    (folder / "nginx.conf").write_text(
        f"worker_processes 2; pid {folder}/pid; error_log {folder}/log; user www-data;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;\n"
        f"proxy_cache_path {folder}/cache keys_zone=site:10m use_temp_path=off;\n"
        f"server {{ listen 127.0.0.1:{port}; {inside} }} }}\n"
    )
    with running(
        ["nginx", "-c", f"{folder}/nginx.conf", "-g", "daemon off;"], port, path
    ) as served:
        yield served
    shutil.rmtree(folder)


@contextlib.contextmanager
def static(body: bytes) -> Iterator[Served]:
    www = Path(tempfile.mkdtemp())
    www.chmod(0o755)
    (www / "page.html").write_bytes(body)
    (www / "page.html").chmod(0o644)
    inside = f"location / {{ root {www}; default_type text/html; add_header Content-Encoding br; }}"
    with nginx(inside, "/page.html") as served:
        yield Served(served.address + "/page.html", served.pid)
    shutil.rmtree(www)


def cached(behind: Served) -> contextlib.AbstractContextManager[Served]:
    inside = (
        f"location / {{ proxy_pass {behind.address}; proxy_cache site; proxy_http_version 1.1; "
        'proxy_set_header Connection ""; proxy_set_header Host localhost; '
        "proxy_cache_use_stale updating error timeout; proxy_cache_background_update on; "
        'proxy_cache_lock on; proxy_cache_key "$request_uri $http_accept_encoding"; }'
    )
    return nginx(inside, PAGE)


def measure(served: Served, url: str, seconds: int = SECONDS) -> tuple[float, float]:
    """Requests a second by wrk, and microseconds of processor a request."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *HEADERS, url]
    before = served.processor()
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = served.processor() - before
    count = next(int(line.split()[0]) for line in out.splitlines() if "requests in" in line)
    rate = next(float(line.split()[1]) for line in out.splitlines() if "Requests/sec" in line)
    return rate, used * 1e6 / count


def main() -> None:
    for program in ("wrk", "nginx"):
        if shutil.which(program) is None:
            sys.exit(f"skipped: {program} is not installed")
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(site())
        body = ask(ours.address + PAGE)
        targets = {"ours, alone": (ours, ours.address + PAGE)}
        kept = stack.enter_context(cached(ours))
        targets["ours, cached by nginx"] = (kept, kept.address + PAGE)
        files = stack.enter_context(static(body))
        if "--servers" in sys.argv:
            for name in list(SERVERS)[1:]:
                other = stack.enter_context(site(name))
                targets[name] = (other, other.address + PAGE)
        targets["nginx, static"] = (files, files.address)
        compare(targets, len(body))
        if "--servers" in sys.argv:
            for name, (served, _) in targets.items():
                if not name.endswith(("static", "nginx")):
                    hold(name, served)


def compare(targets: dict[str, tuple[Served, str]], size: int) -> None:
    """Each in turn, several times, so that a noisy moment touches them all."""
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            rows[name].append(measure(*target))
    print(
        f"{size} bytes (brotli), {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s, medians"
    )
    base = rows["nginx, static"]
    for name, values in rows.items():
        rate, cost = (statistics.median(each) for each in zip(*values, strict=True))
        rates = statistics.median(a[0] / b[0] for a, b in zip(values, base, strict=True))
        costs = statistics.median(a[1] / b[1] for a, b in zip(values, base, strict=True))
        print(f"{name:22} {rate:8.0f} /s ({rates:.2f})  {cost:6.1f} µs of processor ({costs:.2f})")


def hold(name: str, served: Served) -> None:
    """The mix, then readers beside slow clients, then memory."""
    rates = [measure(served, served.address + path)[1] for path in MIX]
    print(
        f"{name}: processor of {', '.join(f'{p} {c:.0f} µs' for p, c in zip(MIX, rates, strict=True))}"
    )
    for kind in SLOW_CLIENTS:
        print(f"{name}: {SLOW} {kind}: readers' p95 {asyncio.run(beside(served, kind))}")
    print(f"{name}: {served.memory():.0f} MB")


POST = b"POST /compte/connexion HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW_CLIENTS = {
    "silent": b"",
    "slow heads": b"GET /guides/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "slow bodies": POST + b"Content-Length: 90000\r\n\r\ncourriel=",
    "unread answers": b"GET /guides/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50,
}


async def beside(served: Served, kind: str) -> str:
    """The p95 of readers while slow clients send one byte a second."""
    port = int(served.address.rsplit(":", 1)[1])

    async def slow() -> None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(SLOW_CLIENTS[kind])
            while True:
                await asyncio.sleep(1)
                if kind.startswith("slow"):
                    writer.write(b"a")

    async def read() -> float:
        began = time.perf_counter()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(10):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(
                    b"GET /guides/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                await reader.read()
                writer.close()
                return time.perf_counter() - began
        return 10.0

    held = [asyncio.create_task(slow()) for _ in range(SLOW)]
    await asyncio.sleep(1.5)
    times: list[float] = []
    until = time.monotonic() + 6
    while time.monotonic() < until:
        times += await asyncio.gather(*(read() for _ in range(8)))
        await asyncio.sleep(0.05)
    for task in held:
        task.cancel()
    p95 = sorted(times)[int(len(times) * 0.95)]
    return "none in 10 s" if p95 >= 10 else f"{1000 * p95:.0f} ms"


if __name__ == "__main__":
    main()
