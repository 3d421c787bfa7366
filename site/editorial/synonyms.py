"""Reads content/recherche/synonymes.txt: words and phrases that mean the same."""

import re
from pathlib import Path


FILE = Path("recherche") / "synonymes.txt"
BETWEEN = re.compile(r"\s+=\s+")


def read_synonyms(content: Path) -> list[tuple[str, ...]]:
    """The groups of the file, one a line: `mémoire = note de frais`; `#` begins a comment line.

    A group of one word means nothing and is left out. Empty when there is no file.
    """
    path = content / FILE
    if not path.is_file():
        return []
    groups = []
    for line in path.read_text(encoding="utf-8").splitlines():
        typed = line.strip()
        group = () if typed.startswith("#") else tuple(filter(None, BETWEEN.split(typed)))
        if len(group) > 1:
            groups.append(group)
    return groups
