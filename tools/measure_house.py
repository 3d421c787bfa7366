"""Measure how far a thought travels in this code: what the house's figures are read from.

Run: .venv/bin/python -m tools.measure_house [--journeys]

Prints the share of import lines, the functions used once, the files and lines of each feature,
and the circles between rooms and between files. With --journeys (a minute) it also follows a
search, a registration and a document through the running site and prints the files whose
functions ran and the values (« shapes ») that were made on the way.
"""

import argparse
import ast
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType


ROOT = Path(__file__).resolve().parent.parent
PRODUCT = {"site": "communaute", "search_index": "search_index"}
FEATURES = [
    "accounts",
    "backoffice",
    "content",
    "messages",
    "newsletter",
    "notifications",
    "opinions",
    "search",
    "signatures",
    "siret",
    "structures",
    "tariffs",
    "testimonials",
    "trainings",
]
WORD = re.compile(r"[A-Za-z_]\w+")


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, its text and its syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """Where it lives: `domain.trainings`, `web`, or the file itself at the root."""
        parts = self.name.split(".")
        deep = 3 if parts[1:2] and parts[1] in ("domain", "blueprints") else 2
        return ".".join(parts[:deep])


def modules() -> list[Module]:
    """Every file of the product, migrations left out."""
    found = []
    for folder, package in PRODUCT.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts or "vendor" in path.parts:
                continue
            inside = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join((package, *inside)).removesuffix(".__init__")
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, path, text, ast.parse(text)))
    return found


def import_lines(module: Module) -> set[int]:
    """The lines that imports take, whether at the top or inside a function."""
    taken: set[int] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            taken.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return taken


def print_sizes(found: list[Module]) -> None:
    """Lines, and the share that imports take of those that are not blank."""
    filled = imports = 0
    for module in found:
        filled += sum(1 for line in module.text.splitlines() if line.strip())
        imports += len(import_lines(module))
    print(f"files {len(found)}, lines {filled} (not blank), imports {imports / filled:.1%}")


def print_used_once(found: list[Module]) -> None:
    """Functions whose name is defined once and said once elsewhere, imports not counted."""
    defined: Counter[str] = Counter()
    short: set[str] = set()
    said: Counter[str] = Counter()
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                defined[node.name] += 1
                if (node.end_lineno or node.lineno) - node.lineno < 8:
                    short.add(node.name)
        skipped = import_lines(module)
        for number, line in enumerate(module.text.splitlines(), 1):
            if number not in skipped:
                said.update(WORD.findall(line))
    for path in (ROOT / "site" / "templates").rglob("*.*"):
        said.update(WORD.findall(path.read_text(encoding="utf-8")))
    unique = [name for name, count in defined.items() if count == 1]
    once = [name for name in unique if said[name] == 2]
    print(
        f"functions {sum(defined.values())}, names defined once {len(unique)}, "
        f"of them used once {len(once) / len(unique):.1%} ({len(set(once) & short)} of 8 lines or fewer)"
    )


def print_features(found: list[Module]) -> None:
    """Files and lines of each feature, in every room."""
    files: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for module in found:
        for feature in FEATURES:
            if feature in module.name.split("."):
                files[feature] += 1
                lines[feature] += module.text.count("\n")
    for feature in FEATURES:
        if files[feature]:
            print(f"  {feature}: {files[feature]} files, {lines[feature]} lines")


def arrows(found: list[Module]) -> dict[str, set[str]]:
    """For each file, the files of ours that it imports, those inside functions too."""
    names = {module.name for module in found}
    result: dict[str, set[str]] = {}
    for module in found:
        targets: set[str] = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                targets.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    targets.add(inner if inner in names else node.module)
        result[module.name] = (targets & names) - {module.name}
    return result


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of nodes that reach one another (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            cut = stack.index(node)
            group, stack[cut:] = stack[cut:], []
            if len(group) > 1:
                groups.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return groups


def print_circles(found: list[Module]) -> None:
    """Circles between rooms, then between files."""
    by_file = arrows(found)
    room_of = {module.name: module.room for module in found}
    by_room: dict[str, set[str]] = defaultdict(set)
    for name, targets in by_file.items():
        by_room[room_of[name]] |= {room_of[target] for target in targets} - {room_of[name]}
    for label, graph in (("rooms", dict(by_room)), ("files", by_file)):
        groups = circles(graph)
        print(f"circles between {label}: {len(groups)}")
        for group in groups:
            print("  " + " ↔ ".join(name.removeprefix("communaute.") for name in group))


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
    (folder / "sitecustomize.py").write_text(
        "from tools.measure_house import trace_children as t; t()"
    )
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


def main() -> None:
    """Print what was asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--journeys", action="store_true", help="follow three journeys too")
    asked = parser.parse_args()
    found = modules()
    print_sizes(found)
    print_used_once(found)
    print_features(found)
    print_circles(found)
    if asked.journeys:
        print_journeys()


if __name__ == "__main__":
    main()
