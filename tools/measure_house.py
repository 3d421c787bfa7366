"""Measure how far a thought travels in this code: what the house's figures are read from.

Run: .venv/bin/python -m tools.measure_house [--journeys]

Prints the share of import lines, the functions used once, the files and lines of each feature,
and the circles between rooms and between files. With --journeys (a minute) it also follows a
search, a registration and a document through the running site and prints the files whose
functions ran and the values (« shapes ») that were made on the way.
"""

import argparse
import ast
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from tools.journeys import PRODUCT, ROOT, print_journeys


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
