"""Measure the search of a copy of the site: how often its first answer is right, and one of three.

    .venv/bin/flask --app communaute content export /tmp/copie --without-booklets
    .venv/bin/python -m benchmarks.copy_search /tmp/copie

The same wordings as benchmarks/search_wordings.py, asked of the script that browsers run, by node.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.search_wordings import DATA
from tests.search.wordings import Wording, given, is_right, ours


ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "site/static/js/copy-search.js"
ASK = """
const { readFileSync } = require("node:fs");
for (const name of process.argv.slice(1)) (0, eval)(readFileSync(name, "utf8"));
const prepared = copySearch.prepare(searchData);
const typed = JSON.parse(readFileSync(0, "utf8"));
const found = typed.map((query) => copySearch.find(query, prepared).found.map(({ page }) => page).slice(0, 10));
console.log(JSON.stringify(found));
"""


def measured(folder: Path, wordings: Sequence[Wording]) -> tuple[float, float]:
    """The share of wordings answered first, and in three, by the copy in this folder."""
    data = folder / "recherche-donnees.js"
    answer = subprocess.run(
        ["node", "-e", ASK, data, SCRIPT], input=json.dumps([one.text for one in wordings]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown: list[list[str]] = json.loads(answer.stdout)
    right = [
        [is_right(url, one) for url in urls] for one, urls in zip(wordings, shown, strict=True)
    ]
    count = len(wordings)
    return sum(r[:1] == [True] for r in right) / count, sum(any(r[:3]) for r in right) / count


def main() -> None:
    """Print one line for each set of wordings."""
    folder = Path(sys.argv[1])
    sets = {which: ours(which) for which in ("seen", "kept", "apart")}
    if DATA.is_dir():
        sets = {"given": given(DATA), **sets}
    for name, wordings in sets.items():
        first, in_three = measured(folder, wordings)
        print(f"{name:8} {len(wordings):4} wordings: first {first:.3f}, in three {in_three:.3f}")


if __name__ == "__main__":
    main()
