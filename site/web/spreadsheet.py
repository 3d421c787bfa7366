"""Tables that a spreadsheet opens, in which nothing typed by a visitor is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence


# A cell that begins so is computed by spreadsheets: OWASP, « CSV Injection ».
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Excel reads UTF-8 only behind this mark, and, in French, columns parted by semicolons.
BYTE_ORDER_MARK = "\ufeff"
SEPARATOR = ";"


def as_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table in UTF-8, every cell between quotes.

    A cell that would be taken for a formula gets an apostrophe in front, shown as it is: it
    cannot be told from what was typed in any other way.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(name) for name in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet computes. Spaces in front hide nothing."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(FORMULA_STARTS) else text
