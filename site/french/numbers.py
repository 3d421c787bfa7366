"""Numbers, amounts, plurals and lists, as French writes them."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal


FIXED = "\u00a0"


# Lists and mails write the same few numbers again and again, and Babel takes its time.
@lru_cache(maxsize=4_096, typed=True)
def number(value: int | Decimal | float, decimals: int | None = None) -> str:
    """`4 950 724` or `1,50`: narrow no-break spaces between thousands, a comma before decimals.

    Without `decimals`, as many as there are, three at most.
    """
    pattern = None if decimals is None else "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale="fr")


def amount(value: Decimal) -> str:
    """`1 234,50 €`."""
    return f"{number(value, 2)}{FIXED}€"


def plural(count: int, one: str, many: str = "", *, none: str = "") -> str:
    """`1 place`, `3 places`; zero is singular, as French has it, or is said by `none`.

    `many` is `one` with an s when it is not given.
    """
    if count == 0 and none:
        return none
    return f"{number(count)}{FIXED}{one if abs(count) < 2 else many or one + 's'}"


def ordinal(rank: int, feminine: bool = False) -> str:
    """`1er`, `1re` (feminine), `2e`."""
    if rank == 1:
        return "1re" if feminine else "1er"
    return f"{number(rank)}e"


def listed(texts: Sequence[str]) -> str:
    """`a, b et c`."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} et {texts[-1]}"
