"""Our style sheets: no class that no page has."""

import re
from pathlib import Path

from communaute.config import PACKAGE


# The design system's and htmx's classes are written by their own scripts too.
OTHERS = ("fr-", "htmx-")
READ = {".html", ".js", ".md", ".py", ".svg"}


def classes_of(sheet: Path) -> set[str]:
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {
        name for name in re.findall(r"\.([a-zA-Z_][\w-]*)", text) if not name.startswith(OTHERS)
    }


def test_every_class_is_that_of_some_page() -> None:
    files = [p for p in PACKAGE.rglob("*") if p.suffix in READ and "vendor" not in p.parts]
    written = "\n".join(path.read_text(encoding="utf-8") for path in files)
    words = set(re.findall(r"[\w-]+", written))

    def used(name: str) -> bool:
        """Written whole, or in two pieces: `verdict--{{ kind }}`, `f"{tab}--chosen"`, `f"paper-{tag}"`."""
        start, mark, end = name.rpartition("--")
        begun = f"{start}--{{" in written or f"{name.partition('-')[0]}-{{" in written
        mark = mark or "-" * ("-" in name)
        return name in words or (bool(mark) and (begun or f"}}--{end}" in written))

    sheets = sorted((PACKAGE / "static" / "css").glob("*.css"))
    dead = {f"{s.name}: {c}" for s in sheets for c in classes_of(s) if not used(c)}
    assert dead == set()
