"""Measure the search on what people type: how often the first answer is right, and one of three.

    .venv/bin/python benchmarks/search_wordings.py                # the figures, a line for each set
    .venv/bin/python benchmarks/search_wordings.py --show given   # and each wording that is missed
    .venv/bin/python benchmarks/search_wordings.py --show seen --all    # or all of them

Sets: `given` is judged outside this repository and read in REFERENCE_DATA; `seen`, `kept` and `apart`
are ours (tests/search/wordings.toml). The two last are never shown: only their figures are.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from communaute import create_app  # noqa: E402
from communaute.config import Settings  # noqa: E402
from communaute.extensions import db  # noqa: E402
from communaute.wiring import indexing  # noqa: E402
from tests.search.wordings import Placed, given, ours, placed, share  # noqa: E402


DATA = ROOT / os.environ.get("REFERENCE_DATA", "../shared/data")


def line(name: str, found: Sequence[Placed]) -> str:
    """A set's figures, and those of its top tasks."""
    tasks = [one for one in found if one.wording.kind == "top task"]
    said = f"{name:8} {len(found):4} wordings: first {share(found, 1):.3f}, in three {share(found, 3):.3f}"
    if tasks:
        said += f"   top tasks ({len(tasks)}): {share(tasks, 1):.3f}, {share(tasks, 3):.3f}"
    return said


def show(found: Sequence[Placed], *, everything: bool) -> None:
    """Print each wording with what was shown for it."""
    for one in found:
        if everything or one.rank > 1:
            print(
                f"\n{one.rank:2} « {one.wording.text} »  ({', '.join(sorted(one.wording.answers))})"
            )
            for url in one.shown[:5]:
                print(f"      {url}")


def main() -> None:
    """Build an index of the site in a folder that goes away, and ask it every wording."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", choices=("given", "seen"))
    parser.add_argument("--all", action="store_true", help="with --show: those found first too")
    asked = parser.parse_args()
    sets = {which: ours(which) for which in ("seen", "kept", "apart")}
    if DATA.is_dir():
        sets = {"given": given(DATA), **sets}
    else:
        print(f"No reference data in {DATA}: only our own wordings.")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            instance_path=folder, secret_key="benchmark", search_index_dir=f"{folder}/index"
        ).completed()
        app = create_app(settings, TESTING=True)
        with app.test_request_context():
            db.create_all()
            indexing.build_index()
            for name, wordings in sets.items():
                found = [placed(wording) for wording in wordings]
                print(line(name, found))
                if name == asked.show:
                    show(found, everything=asked.all)


if __name__ == "__main__":
    main()
