"""Follow a search, a registration and a document through the running site: what ran, what was made.

Printed by `tools.measure_house --journeys`.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType


ROOT = Path(__file__).resolve().parent.parent
# The product's folders, and the packages that they are imported as.
PRODUCT = {"site": "communaute", "search_index": "search_index"}


@dataclass
class Walk:
    """What ran on the way: files by path, values by name."""

    files: set[str] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)
    log: int | None = None

    def see(self, frame: FrameType, event: str, _argument: object) -> None:
        """A profile function: note each file of ours that runs and each value of ours made."""
        if event != "call" or not frame.f_code.co_flags & CO_OPTIMIZED:
            return  # a module or a class being read, not a function
        path = frame.f_code.co_filename
        for folder, package in PRODUCT.items():
            inside = path.partition(f"/{package}/")[2]
            if inside.endswith(".py") and path.startswith(str(ROOT)):
                self.note(self.files, f"{folder}/{inside}")
        if frame.f_code.co_name == "__init__":
            kind = type(frame.f_locals.get("self"))
            if kind.__module__.split(".")[0] in PRODUCT.values():
                self.note(self.shapes, kind.__qualname__)

    def note(self, kept: set[str], what: str) -> None:
        """Keep it; another process's finds go through a file."""
        if what not in kept:
            kept.add(what)
            if self.log is not None:  # opened beforehand: a contained child may open nothing
                kind = "file" if kept is self.files else "shape"
                os.write(self.log, f"{kind} {what}\n".encode())

    def read(self, lines: str) -> None:
        """Add what another process saw."""
        for line in lines.splitlines():
            kind, what = line.split(" ", 1)
            (self.files if kind == "file" else self.shapes).add(what)


@contextmanager
def walked() -> Iterator[Walk]:
    """Follow what runs in this thread."""
    walk = Walk()
    sys.setprofile(walk.see)
    try:
        yield walk
    finally:
        sys.setprofile(None)


def print_walk(label: str, walk: Walk) -> None:
    """The walk, in figures and in names."""
    print(f"{label}: {len(walk.files)} files, {len(walk.shapes)} shapes")
    for room, names in grouped(walk.files):
        print(f"  {room}: {', '.join(names)}")
    print(f"  shapes: {', '.join(sorted(walk.shapes))}")


def grouped(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """File names by folder."""
    rooms: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        rooms[str(Path(path).parent)].append(Path(path).stem)
    return sorted(rooms.items())


def print_journeys() -> None:
    """A search, a registration to its mail, a document to its result."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(INSTANCE_PATH=folder, LIMITS="off", SEARCH_INDEX_DIR=f"{folder}/index")
        flask = [sys.executable, "-m", "flask", "--app", "communaute"]
        for command in (
            ["db", "upgrade"],
            ["search", "build"],
            ["tariffs", "load"],
            ["demo", "load"],
        ):
            subprocess.run([*flask, *command], check=True, capture_output=True, cwd=ROOT)
        from communaute import create_app

        client = create_app(TESTING=True).test_client()
        client.get("/recherche?q=siret")  # what opens once is not part of a walk
        with walked() as walk:
            client.get("/recherche?q=facture+rejetée")
        print_walk("search", walk)
        print_walk("registration", registration(client))
        print_walk("document", document(client, Path(folder)))


def registration(client: "object") -> Walk:
    """The POST of a sign-up; its mail is written in the same request."""
    pairs = client.get("/formations/sessions.json").get_json()  # type: ignore[attr-defined]
    form = {
        "paire": str(next(pair["id"] for pair in pairs if pair["left"])),
        "nom": "Camille Exemple",
        "courriel": "camille@exemple.fr",
        "organisation": "Menuiserie Exemple",
        "consentement": "y",
    }
    with walked() as walk:
        answer = client.post("/outils/inscription", data=form)  # type: ignore[attr-defined]
    assert answer.status_code == 303, answer.status_code
    return walk


def document(client: "object", folder: Path) -> Walk:
    """The POST of a document, its verification in another process, the page of its result."""
    told = folder / "walk"
    os.mkfifo(told)
    reading = os.open(told, os.O_RDONLY | os.O_NONBLOCK)
    (folder / "sitecustomize.py").write_text("from tools.journeys import trace_children as t; t()")
    path = os.pathsep.join((str(folder), str(ROOT), str(ROOT / "src")))
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "communaute", "signatures", "serve"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "WALK": str(told)},
    )
    sample = next((ROOT / "site/static/exemples-signature").glob("valide.pdf"))
    wait_until(lambda: (folder / "verifier.sock").exists())
    try:
        with walked() as walk, sample.open("rb") as content:
            answer = client.post("/outils/signature", data={"document": (content, "valide.pdf")})  # type: ignore[attr-defined]
        assert answer.status_code == 303, answer.status_code
        wait_until(lambda: client.get(answer.location).status_code == 200)  # type: ignore[attr-defined]
        with walked() as second:
            client.get(answer.location)  # type: ignore[attr-defined]
    finally:
        server.terminate()
        server.wait(timeout=30)
    walk.files |= second.files
    walk.shapes |= second.shapes
    with os.fdopen(reading) as lines:
        walk.read(lines.read())
    return walk


def wait_until(ready: Callable[[], bool]) -> None:
    """Wait for another process, half a minute at most."""
    end = time.monotonic() + 30
    while not ready():
        if time.monotonic() > end:
            raise SystemExit("the verifier does not answer")
        time.sleep(0.1)


def trace_children() -> None:
    """In a process that forks: tell its walk through the pipe WALK, from its first child on.

    A contained child closes what it was handed and may write no file: the pipe is kept from that.
    """
    told = os.open(os.environ["WALK"], os.O_WRONLY)
    walk, close_range = Walk(log=told), os.closerange

    def close_all_but_the_pipe(low: int, high: int) -> None:
        close_range(low, min(told, high))
        close_range(max(low, told + 1), high)

    os.closerange = close_all_but_the_pipe
    os.register_at_fork(before=lambda: sys.setprofile(walk.see))
