"""French typography: quotes, apostrophes and the spaces that must not break.

Rules of the Imprimerie nationale's « Lexique des règles typographiques »: a narrow
no-break space (U+202F) inside « » and before ; ! ?, a no-break space (U+00A0) before
a colon, a unit and after « n° » or « article », a narrow one between groups of digits.
"""

import re
from collections.abc import Callable


NARROW, FIXED = "\u202f", "\u00a0"
# A text cut in pieces by emphasis or links is treated whole: pieces are joined by EDGE;
# CODE, as a piece, stands for inline code, and OPAQUE for an address taken out meanwhile.
EDGE, OPAQUE, CODE = "\ue000", "\ue001", "\ue002"
_PRIVATE = re.compile("[\ue000-\ue002]")

_SPACES = r"[ \u00a0\u202f]"
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\ue000»]*[^\s\ue000».,;:!?)\"'…]")
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_UNITS = r"[kM]?€|%|‰|[kKMG]o|k?Wh|km|kg|min|mn|h|°C|euros?|millions?|milliards?|ans?|jours?|mois"

_QUOTE_OPENS = re.compile(r"(?<![^\s(\[{«“'’/\ue000–—-])(\ue000*)\"(?=\ue000*[^\s\"])")
_QUOTE_CLOSES = re.compile(r"(?<=[^\s\"])(\ue000*)\"(?!\ue000*\")")

_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<!\.)\.{3}(?!\.)"), "…"),
    (re.compile(r"(?<=[^\W\d_])(\ue000*)'(?=\ue000*[\w«“\"\ue001\ue002])"), r"\1’"),
    (_QUOTE_OPENS, r"\1«" + NARROW),
    (_QUOTE_CLOSES, r"\1" + NARROW + "»"),
    (re.compile(rf"«(\ue000*){_SPACES}*(?=[^\s»])"), rf"«\1{NARROW}"),
    (re.compile(rf"(?<=[^\s«])(\ue000*){_SPACES}*(\ue000*)»"), rf"\1{NARROW}\2»"),
    (re.compile(rf"(?<=[^\s])(\ue000*){_SPACES}+(?=[;!?])"), r"\1" + NARROW),
    (
        re.compile(r"(?<=[\w)\]»%€\ue001\ue002])(\ue000*)(?=[;!?]+(?:[\s\ue000)»]|$))"),
        r"\1" + NARROW,
    ),
    (re.compile(rf"(?<=[^\s])(\ue000*){_SPACES}+(?=:(?:[\s\ue000]|$))"), r"\1" + FIXED),
    (re.compile(r"(?<=[^\W\d_]|[)\]»])(\ue000*)(?=:(?:[\s\ue000]|$))"), r"\1" + FIXED),
    (
        re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0]\d{3})+(?:[ \u00a0]\d{5})?(?!\d)"),
        lambda m: _narrow(m),
    ),
    (re.compile(r"(?<!\d)0\d(?:[ \u00a0]\d\d){4}(?!\d)"), lambda m: _narrow(m)),
    (re.compile(rf"(?<=\d)(\ue000*){_SPACES}(?=(?:{_UNITS})(?!\w))"), r"\1" + FIXED),
    (re.compile(rf"(?<=\d{FIXED}h)[ ](?=\d)"), FIXED),
    (re.compile(r"(?<=[nN]°)(\ue000*)[ \u00a0]?(?=\ue000*\d)"), r"\1" + FIXED),
    (re.compile(r"(?<=\b[Aa]rticles)[ ](?=\ue000*(?:[LRDA]\b|[LRDA]?\d))"), FIXED),
    (re.compile(r"(?<=\b[Aa]rticle)[ ](?=\ue000*(?:[LRDA]\b|[LRDA]?\d))"), FIXED),
    (re.compile(r"(?<=\b[Aa]rt\.)[ ](?=\ue000*(?:[LRDA]\b|[LRDA]?\d))"), FIXED),
    (re.compile(r"(?<=\b[LRDA]\.)[ ](?=\d)"), FIXED),
    (re.compile(rf"(?<=\d)[ ](?=(?:{_MONTHS})\b)"), FIXED),
    (re.compile(rf"(?<=\b1er)[ ](?=(?:{_MONTHS})\b)"), FIXED),
)


def _narrow(match: re.Match[str]) -> str:
    return re.sub(r"[ \u00a0]", NARROW, match[0])


def typography(text: str) -> str:
    """Return a plain French text as it should be printed; addresses are left alone.

    Applying it twice changes nothing more.
    """
    return typography_of_pieces([text])[0]


def typography_of_pieces(pieces: list[str]) -> list[str]:
    """Apply the rules to a sentence cut in pieces, so that they see across the cuts."""
    if not any(_may_change(piece) for piece in pieces):
        return pieces
    addresses: list[str] = []

    def hide(match: re.Match[str]) -> str:
        addresses.append(match[0])
        return OPAQUE

    whole = EDGE.join(p if p == CODE else _PRIVATE.sub("", p) for p in pieces)
    whole = _ADDRESS.sub(hide, whole)
    for pattern, replacement in _RULES:
        whole = pattern.sub(replacement, whole)
    kept = iter(addresses)
    whole = re.sub(OPAQUE, lambda _: next(kept), whole)
    return whole.split(EDGE)


_TRIGGER = re.compile(r"[\"'«»;!?:…°\d\ue000\ue001]|\.\.\.|\b[LRDA]\. ")


def _may_change(piece: str) -> bool:
    return _TRIGGER.search(piece) is not None
