"""EPUB 3 (W3C, 2023): a ZIP of XHTML, whose first entry names the format and is not compressed."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape


_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/livret.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="fr" xml:lang="fr">
<head><title>{title}</title><link rel="stylesheet" href="livret.css"/></head>
<body>{body}</body></html>
"""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A chapter of a book: the name of its file, its title, its XHTML."""

    name: str
    title: str
    body: str
    has_drawings: bool = False


def write_epub(
    *,
    identifier: str,
    title: str,
    author: str,
    rights: str,
    day: date,
    css: str,
    leaves: Iterable[Leaf],
) -> bytes:
    """Return the book. Its bytes depend on nothing but what is given: the same book is the same file."""
    found = list(leaves)
    files = {
        "META-INF/container.xml": _CONTAINER,
        "EPUB/livret.opf": _package(identifier, title, author, rights, day, found),
        "EPUB/nav.xhtml": _navigation(title, found),
        "EPUB/livret.css": css,
        **{
            f"EPUB/{leaf.name}.xhtml": _PAGE.format(title=escape(leaf.title), body=leaf.body)
            for leaf in found
        },
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        _add(book, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, text in files.items():
            _add(book, name, text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _add(book: zipfile.ZipFile, name: str, text: str, how: int) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = how
    book.writestr(entry, text)


def _package(
    identifier: str, title: str, author: str, rights: str, day: date, leaves: list[Leaf]
) -> str:
    modified = datetime.combine(day, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    items = "\n".join(
        f'<item id="{leaf.name}" href="{leaf.name}.xhtml" media-type="application/xhtml+xml"'
        + (' properties="svg"/>' if leaf.has_drawings else "/>")
        for leaf in leaves
    )
    spine = "\n".join(f'<itemref idref="{leaf.name}"/>' for leaf in leaves)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="livre" xml:lang="fr">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="livre">{escape(identifier)}</dc:identifier>
<dc:title>{escape(title)}</dc:title>
<dc:language>fr</dc:language>
<dc:creator>{escape(author)}</dc:creator>
<dc:rights>{escape(rights)}</dc:rights>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="livret.css" media-type="text/css"/>
{items}
</manifest>
<spine>
<itemref idref="nav"/>
{spine}
</spine>
</package>
"""


def _navigation(title: str, leaves: list[Leaf]) -> str:
    entries = "\n".join(
        f'<li><a href="{leaf.name}.xhtml">{escape(leaf.title)}</a></li>' for leaf in leaves
    )
    body = f'<nav epub:type="toc"><h1>{escape(title)}</h1><ol>{entries}</ol></nav>'
    return _PAGE.format(title=escape(title), body=body)
