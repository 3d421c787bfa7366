"""What searching and building cost, at the size of the site and at larger ones; run by search.py."""

import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from search_data import Judged, percentile

from search_index import Document, build, open_index


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
    print(f"\nTimes at {label} sections, one process: opening {opening:.2f} s,", end=" ")
    print(f"memory of an open index {memory(directory):.0f} MB")
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


def memory(directory: Path) -> float:
    """Return the megabytes that opening the index takes in a process of its own."""
    program = (
        "import os, sys, search_index\n"
        "held = lambda: int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE')\n"
        "before = held()\n"
        "index = search_index.open_index(sys.argv[1])\n"
        "index.search('facture rejetée')\n"
        "print((held() - before) / 1e6)\n"
    )
    command = [sys.executable, "-c", program, str(directory)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


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


def large(directory: Path, sections: list[Document], queries: list[Judged], wanted: int) -> None:
    """Print the times at so many sections: the corpus again and again under new ids.

    A larger site has more words, not only more pages: in each copy one word in seven is new.
    """
    copies = 1 + wanted // len(sections)
    many = [copied(d, copy) for copy in range(copies) for d in sections][:wanted]
    began, worked = time.perf_counter(), time.process_time()
    build(directory, many)
    took, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"\nBuilding {len(many):,} sections: {took:.0f} s wall, {processor:.0f} s processor")
    latency(directory, queries[::2], f"{len(many):,}")


def copied(document: Document, copy: int) -> Document:
    """Return the section under new ids, the words with one hash of seven ended otherwise."""
    if not copy:
        return document
    ending = chr(ord("a") + copy % 26) + chr(ord("a") + copy // 26) + "x"

    def renewed(text: str) -> str:
        return re.sub(
            r"[^\W\d_]{4,}",
            lambda word: word[0] + ending if crc32(word[0].lower().encode()) % 7 == 0 else word[0],
            text,
        )

    return replace(
        document,
        id=f"{copy}:{document.id}",
        page=f"{copy}:{document.page}",
        title=renewed(document.title),
        headings=renewed(document.headings),
        body=renewed(document.body),
    )
