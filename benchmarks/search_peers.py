"""The peers: each gets the same sections and answers with section ids."""

import json
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from search_data import ASKED, DATA, Judged

from search_index import Document
from search_index.analysis import terms
from search_index.folding import canonical


HERE = Path(__file__).parent
WORDS = re.compile(r"[^\W_]+")


@dataclass
class Answers:
    """What one engine answered: ids and milliseconds for each query, seconds to build."""

    name: str
    ids: list[list[str]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    build: float = 0.0


def ask(name: str, search: Callable[[str], list[str]], queries: list[Judged]) -> Answers:
    """Ask every query once, timing each."""
    answers = Answers(name)
    for query in queries:
        began = time.perf_counter()
        answers.ids.append(search(query.text))
        answers.milliseconds.append((time.perf_counter() - began) * 1000)
    return answers


def fts5(documents: list[Document], queries: list[Judged], ours: bool) -> Answers:
    """SQLite FTS5: unicode61 without accents and bm25 weights, or fed with our tokens."""
    began = time.perf_counter()
    database = sqlite3.connect(":memory:")
    tokenizer = "unicode61" if ours else "unicode61 remove_diacritics 2"
    database.execute(
        "create virtual table sections using fts5"
        f"(id unindexed, title, headings, body, tokenize='{tokenizer}')"
    )
    prepare = _our_tokens if ours else str
    database.executemany(
        "insert into sections values (?, ?, ?, ?)",
        ((d.id, prepare(d.title), prepare(d.headings), prepare(d.body)) for d in documents),
    )

    def search(text: str) -> list[str]:
        words = _our_tokens(text).split() if ours else WORDS.findall(text)
        if not words:
            return []
        match = " OR ".join(f'"{word}"' for word in words)
        rows = database.execute(
            "select id from sections where sections match ? "
            "order by bm25(sections, 0, 10, 5, 1) limit ?",
            (match, ASKED),
        )
        return [row[0] for row in rows]

    build = time.perf_counter() - began
    answers = ask("SQLite FTS5, our tokens" if ours else "SQLite FTS5", search, queries)
    answers.build = build
    return answers


def _our_tokens(text: str) -> str:
    stems = (term.stem for term in terms(canonical(text)))
    return " ".join(re.sub(r"[\W_]", "x", stem) for stem in stems)


def tantivy(documents: list[Document], queries: list[Judged]) -> Answers | None:
    """Tantivy with its French stop words and stemmer, accents folded, title boosted."""
    try:
        import tantivy as engine
    except ImportError:
        return None
    began = time.perf_counter()
    filters = engine.Filter
    analyzer = (
        engine.TextAnalyzerBuilder(engine.Tokenizer.simple())
        .filter(filters.lowercase())
        .filter(filters.stopword("french"))
        .filter(filters.stemmer("french"))
        .filter(filters.ascii_fold())
        .build()
    )
    builder = engine.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "headings", "body"):
        builder.add_text_field(name, tokenizer_name="french")
    index = engine.Index(builder.build())
    index.register_tokenizer("french", analyzer)
    writer = index.writer()
    for d in documents:
        writer.add_document(
            engine.Document(id=d.id, title=d.title, headings=d.headings, body=d.body)
        )
    writer.commit()
    index.reload()
    searcher = index.searcher()
    boosts = {"title": 4.0, "headings": 2.5, "body": 1.0}

    def search(text: str) -> list[str]:
        query, _ = index.parse_query_lenient(" ".join(WORDS.findall(text)), list(boosts), boosts)
        hits = searcher.search(query, ASKED).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    build = time.perf_counter() - began
    answers = ask("tantivy", search, queries)
    answers.build = build
    return answers


def minisearch(queries: list[Judged]) -> Answers | None:
    """MiniSearch in node, as benchmarks/minisearch.mjs sets it up."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "minisearch").is_dir():
        return None
    paths = [str(DATA / name) for name in ("documents.jsonl", "queries.jsonl")]
    told = subprocess.run(
        [node, "minisearch.mjs", *paths, str(ASKED)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    return Answers(
        "MiniSearch",
        [line["ids"] for line in lines],
        [line["ms"] for line in lines],
        lines[0]["build"] / 1000,
    )
