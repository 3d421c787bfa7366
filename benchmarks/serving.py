"""How fast pages are served: a content page, a 304, a constant view, and nginx, in one run.

    .venv/bin/python benchmarks/serving.py

Needs wrk and nginx (Debian). Prints requests a second: median of the rounds, and ratios.
"""

import contextlib
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
from pathlib import Path


PAGE = "/bonnes-pratiques/changer-de-siret"
ROUNDS, SECONDS, CONNECTIONS = 5, 4, 16
HEADERS = ["-H", "Accept-Encoding: br"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url).read()
            return
        time.sleep(0.1)
    sys.exit(f"{url} does not answer")


@contextlib.contextmanager
def gunicorn() -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "benchmarks.serving_app:create()", "--bind",
        f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "gthread", "--threads", "8",
    ]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    wait_for(address + "/sante")
    yield address
    process.send_signal(signal.SIGTERM)
    process.wait()


@contextlib.contextmanager
def nginx(body: bytes) -> Iterator[str]:
    folder, port = Path(tempfile.mkdtemp()), free_port()
    folder.chmod(0o755)
    (folder / "page.html").write_bytes(body)
    (folder / "nginx.conf").write_text(
        f"worker_processes 2; pid {folder}/pid; error_log {folder}/log;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; server {{ listen 127.0.0.1:{port};"
        f" location / {{ root {folder}; default_type text/html;"
        " add_header Content-Encoding br; } } }\n"
    )
    process = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-g", "daemon off;"])
    address = f"http://127.0.0.1:{port}"
    wait_for(address + "/page.html")
    yield address
    process.send_signal(signal.SIGTERM)
    process.wait()
    shutil.rmtree(folder)


def rate(url: str, *headers: str) -> float:
    """Requests a second, by wrk."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *HEADERS, *headers, url]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return next(
        float(line.split()[1]) for line in out.splitlines() if line.startswith("Requests/sec")
    )


def main() -> None:
    for program in ("wrk", "nginx"):
        if shutil.which(program) is None:
            sys.exit(f"skipped: {program} is not installed")
    with gunicorn() as address:
        request = urllib.request.Request(address + PAGE, headers={"Accept-Encoding": "br"})
        with urllib.request.urlopen(request) as response:
            body, etag = response.read(), response.headers["ETag"]
        with nginx(body) as ceiling:
            measure(address, ceiling, etag, len(body))


def measure(address: str, ceiling: str, etag: str, size: int) -> None:
    """The four in turn, several times, so that a noisy moment touches them all."""
    targets = {
        "constant view": (address + "/constant",),
        "content page": (address + PAGE,),
        "304": (address + PAGE, "-H", f"If-None-Match: {etag}"),
        "nginx, same bytes": (ceiling + "/page.html",),
    }
    for target in targets.values():
        rate(*target)
    rates: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            rates[name].append(rate(*target))
    print(f"{size} bytes (brotli), {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s")
    for name, values in rates.items():
        print(
            f"{name:20} {statistics.median(values):9.0f} /s   min {min(values):.0f} max {max(values):.0f}"
        )
    print(f"page / constant      {ratio(rates, 'content page', 'constant view'):.2f}")
    print(f"304 / page           {ratio(rates, '304', 'content page'):.2f}")
    print(f"nginx / page         {ratio(rates, 'nginx, same bytes', 'content page'):.1f}")


def ratio(rates: dict[str, list[float]], one: str, other: str) -> float:
    """The median of the ratios round by round."""
    return statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))


if __name__ == "__main__":
    main()
