"""Measure the search against its peers, on the reference data, in one run.

    .venv/bin/python benchmarks/search.py             # relevance, peers, times, building
    .venv/bin/python benchmarks/search.py --large     # also 100,000 sections
    .venv/bin/python benchmarks/search.py --only large      # nothing else (or: relevance, times)
    .venv/bin/python benchmarks/search.py --save before.json          # what each query scores
    .venv/bin/python benchmarks/search.py --compare before.json       # which queries changed

Peers: `.venv/bin/uv pip install --group peers` and `npm install` in benchmarks/; one that
is not installed is left out, and said so. Without the reference data nothing is measured.
"""

import argparse
import json
import os
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
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

from search_index import Document, build, open_index  # noqa: E402


SYNONYMS = ROOT / "site" / "content" / "recherche" / "synonymes.txt"


def synonyms() -> list[list[str]]:
    """Return the groups of the site's own file, or none if there is no such file."""
    if not SYNONYMS.exists():
        return []
    lines = (line.strip() for line in SYNONYMS.read_text("utf-8").splitlines())
    groups = (line.split("=") for line in lines if line and not line.startswith("#"))
    return [[text.strip() for text in group] for group in groups]


def ours(directory: Path, sections: list[Document], queries: list[Judged]) -> Answers:
    """Build and ask our index, sections of a page unlimited as the score wants them."""
    began = time.perf_counter()
    build(directory, sections, synonyms())
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


def latency(directory: Path, queries: list[Judged], label: str) -> None:
    """Print the times of one process: opening, searching, excerpts, suggestions."""
    began = time.perf_counter()
    index = open_index(directory)
    opening = time.perf_counter() - began
    texts = [query.text for query in queries]
    for text in texts[:50]:
        index.search(text)
    without = _times(lambda text: index.search(text).hits, texts)
    read = _times(lambda text: [hit.excerpt for hit in index.search(text).hits], texts)
    typed = [text[: max(2, len(text) * 2 // 3)] for text in texts]
    suggesting = _times(index.suggest, typed)
    print(f"\nTimes at {label} sections, one process: opening {opening:.2f} s")
    print(f"  {'':18} {'wall p50':>9} {'p95':>7} {'processor p50':>14} {'p95':>7}   (ms)")
    for what, (wall, processor) in (
        ("search", without),
        ("with 10 excerpts", read),
        ("suggest", suggesting),
    ):
        print(
            f"  {what:18} {percentile(wall, 0.5):9.2f} {percentile(wall, 0.95):7.2f}"
            f" {percentile(processor, 0.5):14.2f} {percentile(processor, 0.95):7.2f}"
        )


def _times(call, texts: list[str]) -> tuple[list[float], list[float]]:
    """Return wall and processor milliseconds; others' work on the machine is in the first."""
    wall, processor = [], []
    for text in texts:
        began, worked = time.perf_counter(), time.process_time()
        call(text)
        processor.append((time.process_time() - worked) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return wall, processor


def building(directory: Path, sections: list[Document]) -> None:
    """Print the time to build 1,000 sections, the median of three."""
    wall, processor = [], []
    for _ in range(3):
        began, worked = time.perf_counter(), time.process_time()
        build(directory, sections[::6][:1000])
        processor.append(time.process_time() - worked)
        wall.append(time.perf_counter() - began)
    middle = sorted(wall)[1], sorted(processor)[1]
    print(f"\nBuilding 1,000 sections: {middle[0]:.2f} s wall, {middle[1]:.2f} s processor")


def large(directory: Path, sections: list[Document], queries: list[Judged]) -> None:
    """Print the times at 100,000 sections: the corpus again and again under new ids."""
    copies = 1 + 100_000 // len(sections)
    many = [
        replace(d, id=f"{copy}:{d.id}", page=f"{copy}:{d.page}")
        for copy in range(copies)
        for d in sections
    ][:100_000]
    began, worked = time.perf_counter(), time.process_time()
    build(directory, many)
    took, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"\nBuilding {len(many):,} sections: {took:.0f} s wall, {processor:.0f} s processor")
    latency(directory, queries[::2], f"{len(many):,}")


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
    parser.add_argument("--only", choices=("relevance", "times", "large"))
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
                build(root / "index", sections, synonyms())
            latency(root / "index", queries, f"{len(sections):,}")
            building(root / "small", sections)
        if asked.large or asked.only == "large":
            large(root / "large", sections, queries)


if __name__ == "__main__":
    main()
