"""The style sheets of what is printed by web/pdf.py."""

from pathlib import Path


FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"


def style(*names: str) -> str:
    """The style sheets of these names, one after the other."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
