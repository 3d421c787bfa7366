"""Measure the search against its peers, on the reference data, in one run.

    .venv/bin/python benchmarks/search.py             # relevance, peers, times, building
    .venv/bin/python benchmarks/search.py --large     # also 20,000 and 100,000 sections
    .venv/bin/python benchmarks/search.py --only large      # nothing else (or: relevance, times)
    .venv/bin/python benchmarks/search.py --only folds      # what is due to choosing weights here
    .venv/bin/python benchmarks/search.py --save before.json          # what each query scores
    .venv/bin/python benchmarks/search.py --compare before.json       # which queries changed

Peers: `.venv/bin/uv pip install --group peers` and `npm install` in benchmarks/; one that
is not installed is left out, and said so. Without the reference data nothing is measured.
"""

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections import defaultdict
from dataclasses import fields, replace
from pathlib import Path


# One process on one core: a library that takes the others would flatter the figures.
for setting in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(setting, "1")

from search_data import (  # noqa: E402
    ASKED,
    DATA,
    ROOT,
    Judged,
    documents,
    interval,
    judged,
    mean,
    percentile,
    reciprocal_rank,
)
from search_peers import Answers, ask, fts5, minisearch, tantivy  # noqa: E402
from search_times import building, large, latency  # noqa: E402

from communaute.editorial.guidance import read_synonyms  # noqa: E402
from search_index import Document, build, open_index  # noqa: E402
from search_index.ranking import Weights  # noqa: E402


def ours(directory: Path, sections: list[Document], queries: list[Judged]) -> Answers:
    """Build and ask our index, sections of a page unlimited as the score wants them."""
    began = time.perf_counter()
    build(directory, sections, read_synonyms(ROOT / "site" / "content"))
    took = time.perf_counter() - began
    index = open_index(directory)
    answers = ask(
        "ours",
        lambda text: [hit.id for hit in index.search(text, ASKED, per_page=None).hits],
        queries,
    )
    answers.build = took
    return answers


def relevance(everyone: list[Answers], queries: list[Judged]) -> None:
    """Print MRR@10 over all queries and by half, and what we gain over each peer."""
    print(f"\nMRR@10 over {len(queries)} queries ({len({q.base for q in queries})} groups)")
    print(f"{'':26}   all  tuning  held out   ours/peer   ours - peer, 95 % by group   p95 ms")
    scores = {a.name: _scores(queries, a.ids) for a in everyone}
    for answers in everyone:
        values = scores[answers.name]
        line = f"{answers.name:26} {mean(values):.3f}"
        for half in ("tuning", "held out"):
            of_half = [v for q, v in zip(queries, values, strict=True) if q.half == half]
            line += f"   {mean(of_half):.3f}"
        if answers.name != "ours":
            gains = [a - b for a, b in zip(scores["ours"], values, strict=True)]
            low, high = interval(queries, gains)
            ratio = mean(scores["ours"]) / mean(values)
            line += f"       {ratio:5.2f}   {mean(gains):+.3f} [{low:+.3f}, {high:+.3f}]"
        else:
            line += " " * 40
        print(f"{line}   {percentile(answers.milliseconds, 0.95):8.1f}")
    _by_category(everyone, scores, queries)


def _scores(queries: list[Judged], ids: list[list[str]]) -> list[float]:
    return [reciprocal_rank(q, found) for q, found in zip(queries, ids, strict=True)]


def _by_category(
    everyone: list[Answers], scores: dict[str, list[float]], queries: list[Judged]
) -> None:
    categories = defaultdict(list)
    for i, query in enumerate(queries):
        categories[query.category].append(i)
    print("\nMRR@10 by category")
    print(f"{'':26}" + "".join(f"{name[:8]:>9}" for name in categories))
    for answers in everyone:
        values = scores[answers.name]
        cells = (mean([values[i] for i in members]) for members in categories.values())
        print(f"{answers.name:26}" + "".join(f"{cell:9.3f}" for cell in cells))


def folds(directory: Path, sections: list[Document], queries: list[Judged]) -> None:
    """Print how much of MRR@10 comes from weights chosen on these very queries.

    Each weight of the page and of the closer look is halved and doubled. The best setting of four
    folds (groups of variants never split) is scored on the fifth: what it loses there is fitted.
    """
    build(directory, sections, read_synonyms(ROOT / "site" / "content"))
    index = open_index(directory)
    scores = {}
    for name, setting in settings_around(index._ranker.weights):
        index._ranker.weights = setting
        found = [[h.id for h in index.search(q.text, ASKED, per_page=None).hits] for q in queries]
        scores[name] = _scores(queries, found)
    fold_of = [hashlib.sha256(query.base.encode()).digest()[1] % 5 for query in queries]
    chosen = list(scores["present"])
    for fold in range(5):
        others = {
            name: mean([v for v, f in zip(values, fold_of, strict=True) if f != fold])
            for name, values in scores.items()
        }
        best = scores[max(others, key=lambda name: others[name])]
        chosen = [best[i] if fold_of[i] == fold else value for i, value in enumerate(chosen)]
    highest = max(scores, key=lambda name: mean(scores[name]))
    print(f"\nMRR@10 over {len(queries)} queries, {len(scores)} settings of the weights")
    print(f"  present weights                 {mean(scores['present']):.3f}")
    print(f"  the best of all, chosen on all  {mean(scores[highest]):.3f} ({highest})")
    print(f"  chosen in four folds, scored on the fifth {mean(chosen):.3f}")
    print(f"  round weights that nobody chose {mean(scores['round']):.3f}")
    fitted = max(mean(scores[highest]), mean(scores["present"])) - mean(chosen)
    print(
        f"  fitted: {fitted:.3f} by folds, {mean(scores['present']) - mean(scores['round']):.3f} at most"
    )


def settings_around(present: Weights) -> list[tuple[str, Weights]]:
    """Return the present weights, round ones, and each weight halved and doubled."""
    found = [("present", present), ("round", Weights(*[0.5] * len(fields(present))))]
    for name in (field.name for field in fields(present)):
        for times in (0.5, 2.0):
            changed = replace(present, **{name: getattr(present, name) * times})
            found.append((f"{name} x {times}", changed))
    return found


def compare(path: Path, queries: list[Judged], values: list[float]) -> None:
    """Print the queries whose score changed since it was saved, the worst losses first."""
    before = json.loads(path.read_text("utf-8"))
    rows = [
        (value - before[str(i)], query)
        for i, (query, value) in enumerate(zip(queries, values, strict=True))
        if value != before[str(i)]
    ]
    gained = sum(gain for gain, _ in rows) / len(queries)
    print(f"\n{len(rows)} queries changed, {gained:+.4f} in all")
    for gain, query in sorted(rows, key=lambda row: row[0]):
        print(f"{gain:+.2f} {query.half:8} {query.category:10} {query.text}")


def peers(sections: list[Document], queries: list[Judged]) -> list[Answers]:
    """Ask the peers that are installed; name those that are not."""
    found = [fts5(sections, queries, ours=False), fts5(sections, queries, ours=True)]
    for name, answers in (
        ("tantivy", tantivy(sections, queries)),
        ("MiniSearch", minisearch(queries)),
    ):
        if answers is None:
            print(f"{name} is not installed: left out.")
        else:
            found.append(answers)
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="also 100,000 sections")
    parser.add_argument("--only", choices=("relevance", "times", "large", "folds"))
    parser.add_argument("--save", type=Path, help="write each query's score")
    parser.add_argument("--compare", type=Path, help="show which queries changed since --save")
    return parser.parse_args()


def judge(root: Path, sections: list[Document], queries: list[Judged], asked) -> None:
    """Build ours, ask it and its peers, print who is right; save or compare if asked."""
    mine = ours(root / "index", sections, queries)
    values = _scores(queries, mine.ids)
    if asked.save:
        asked.save.write_text(json.dumps(dict(enumerate(values))), "utf-8")
    if asked.compare:
        print(f"MRR@10 {mean(values):.4f}")
        compare(asked.compare, queries, values)
        return
    everyone = [mine, *peers(sections, queries)]
    relevance(everyone, queries)
    print("\nBuilding: " + ", ".join(f"{a.name} {a.build:.1f} s" for a in everyone))


def main() -> None:
    """Run everything that can be run here, or what is asked."""
    asked = arguments()
    if not (DATA / "documents.jsonl").exists():
        print(f"No reference data in {DATA}: nothing measured (set REFERENCE_DATA).")
        return
    sections, queries = documents(), judged()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if asked.only in (None, "relevance"):
            judge(root, sections, queries, asked)
        if asked.only in (None, "times") and not asked.compare:
            if not (root / "index").exists():
                build(root / "index", sections, read_synonyms(ROOT / "site" / "content"))
            latency(root / "index", queries, f"{len(sections):,}")
            building(root / "small", sections)
        if asked.only == "folds":
            folds(root / "index", sections, queries)
        if asked.large or asked.only == "large":
            for wanted in (20_000, 100_000):
                large(root / f"of-{wanted}", sections, queries, wanted)


if __name__ == "__main__":
    main()
