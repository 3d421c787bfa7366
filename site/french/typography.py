"""French typography: quotes, apostrophes and the spaces that must not break.

Rules of the Imprimerie nationale's « Lexique des règles typographiques »: a narrow
no-break space (U+202F) before ; ! ?, a no-break space (U+00A0) before a colon, inside « »,
before a unit and after « n° » or « article », a narrow one between groups of digits.

Sentences are typed in the source as on a keyboard, and set once, where they are shown.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape


NARROW, FIXED = "\u202f", "\u00a0"
# A text cut in pieces by emphasis or links is treated whole: pieces are joined by EDGE;
# CODE, as a piece, stands for inline code, and OPAQUE for an address taken out meanwhile.
EDGE, OPAQUE, CODE = "\ue000", "\ue001", "\ue002"
_PRIVATE = re.compile("[\ue000-\ue002]")

_SPACES = r"[ \u00a0\u202f]"
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\ue000»]*[^\s\ue000».,;:!?)\"'…]")
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_UNITS = r"[kM]?€|%|‰|[kKMG]o|k?Wh|km|kg|min|mn|h|°C|euros?|millions?|milliards?|ans?|jours?|mois"
_LAW = r"[ ](?=\ue000*(?:[LRDA]\b|[LRDA]?\d))"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A replacement; a text without the trigger is spared the search."""

    trigger: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


def _rule(trigger: str, pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> _Rule:
    return _Rule(trigger, re.compile(pattern), replacement)


def _narrow(match: re.Match[str]) -> str:
    return re.sub(r"[ \u00a0]", NARROW, match[0])


_TEXT = (
    _rule("...", r"(?<!\.)\.{3}(?!\.)", "…"),
    _rule("'", r"(?<=[^\W\d_])(\ue000*)'(?=\ue000*[\w«“\"\ue001\ue002])", r"\1’"),
    _rule('"', r"(?<![^\s(\[{«“'’/\ue000–—-])(\ue000*)\"(?=\ue000*[^\s\"])", rf"\1«{FIXED}"),
    _rule('"', r"(?<=[^\s\"])(\ue000*)\"(?!\ue000*\")", rf"\1{FIXED}»"),
    _rule("«", rf"«(\ue000*){_SPACES}*(?=[^\s»])", rf"«\1{FIXED}"),
    _rule("»", rf"(?<=[^\s«])(\ue000*){_SPACES}*(\ue000*)»", rf"\1{FIXED}\2»"),
    _rule(":", rf"(?<=[^\s])(\ue000*){_SPACES}+(?=:(?:[\s\ue000]|$))", rf"\1{FIXED}"),
    _rule(":", r"(?<=[^\W\d_]|[)\]»])(\ue000*)(?=:(?:[\s\ue000]|$))", rf"\1{FIXED}"),
    _rule("rt", rf"(?<=\b[Aa]rticles){_LAW}", FIXED),
    _rule("rt", rf"(?<=\b[Aa]rticle){_LAW}", FIXED),
    _rule("rt.", rf"(?<=\b[Aa]rt\.){_LAW}", FIXED),
)
_HIGH = (
    _rule("", rf"(?<=[^\s])(\ue000*){_SPACES}+(?=[;!?])", rf"\1{NARROW}"),
    _rule(
        "",
        r"(?<=[\w)\]»%€\ue001\ue002])(\ue000*)(?=[;!?]+(?:[\s\ue000)»]|$))",
        rf"\1{NARROW}",
    ),
)
_NUMBERS = (
    _rule("", r"(?<![\d.,])\d{1,3}(?:[ \u00a0]\d{3})+(?:[ \u00a0]\d{5})?(?!\d)", _narrow),
    _rule("0", r"(?<!\d)0\d(?:[ \u00a0]\d\d){4}(?!\d)", _narrow),
    _rule("", rf"(?<=\d)(\ue000*){_SPACES}(?=(?:{_UNITS})(?!\w))", rf"\1{FIXED}"),
    _rule("h", rf"(?<=\d{FIXED}h)[ ](?=\d)", FIXED),
    _rule("°", r"(?<=[nN]°)(\ue000*)[ \u00a0]?(?=\ue000*\d)", rf"\1{FIXED}"),
    _rule(".", r"(?<=\b[LRDA]\.)[ ](?=\d)", FIXED),
    _rule("", rf"(?<=\d)[ ](?=(?:{_MONTHS})\b)", FIXED),
    _rule("1er", rf"(?<=\b1er)[ ](?=(?:{_MONTHS})\b)", FIXED),
)


# Inside them, a text is shown as it was typed.
_AS_TYPED = re.compile(r"<(code|pre|samp|kbd|textarea|script|style)\b")
_TAG = re.compile(r"(<[^>]*>)")
# In the source of a page only typed spaces are changed, where markup never has such a form.
_BEFORE_HIGH = re.compile(r"(?<=\S) (?=[;!?](?:[\s<\"'&)]|$))")
_BEFORE_COLON = re.compile(r"(?<=\S) (?=:(?:[\s<\"'&)]|$))")
_OPENING = re.compile(r"« (?=\S|$)")


def typeset(text: str) -> str:
    """Return a plain French text as it should be printed; addresses are left alone.

    Applying it twice changes nothing more.
    """
    return typeset_pieces([text])[0]


def typeset_html(html: str) -> str:
    """Return HTML whose texts are set, a sentence across its tags; code and fields are left alone."""
    if not _may_change(html):
        return html
    parts = _TAG.split(html)
    verbatim, pieces = "", []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            pieces.append(CODE if verbatim else unescape(part))
        elif verbatim:
            verbatim = "" if part.startswith(f"</{verbatim}") else verbatim
        elif opened := _AS_TYPED.match(part):
            verbatim = opened[1]
    for number, piece in enumerate(typeset_pieces(pieces)):
        if piece != CODE:
            parts[2 * number] = escape(piece, quote=False)
    return "".join(parts)


def typeset_source(source: str, before: str = "") -> str:
    """Return a template's source with its typed spaces made no-break ones, markup left alone.

    `before` is a letter that stands for what the page prints just before this piece.
    """
    whole = _BEFORE_HIGH.sub(NARROW, before + source)
    whole = _BEFORE_COLON.sub(FIXED, whole).replace(" »", FIXED + "»")
    return _OPENING.sub("«" + FIXED, whole)[len(before) :]


def typeset_pieces(pieces: list[str]) -> list[str]:
    """Apply the rules to a sentence cut in pieces, so that they see across the cuts."""
    if not any(_may_change(piece) for piece in pieces):
        return pieces
    whole = EDGE.join(pieces)
    if _PRIVATE.search(whole):
        whole = EDGE.join(p if p == CODE else _PRIVATE.sub("", p) for p in pieces)
    addresses = _ADDRESS.findall(whole) if "://" in whole or "www." in whole else []
    if addresses:
        whole = _ADDRESS.sub(OPAQUE, whole)
    whole = _apply(_TEXT, whole)
    if _HIGH_MARK.search(whole):
        whole = _apply(_HIGH, whole)
    if _DIGIT.search(whole):
        whole = _apply(_NUMBERS, whole)
    for address in addresses:
        whole = whole.replace(OPAQUE, address, 1)
    return whole.split(EDGE)


def _apply(rules: tuple[_Rule, ...], text: str) -> str:
    for rule in rules:
        if rule.trigger in text:
            text = rule.pattern.sub(rule.replacement, text)
    return text


_DIGIT, _HIGH_MARK = re.compile(r"\d"), re.compile("[;!?]")
_TRIGGER = re.compile(r"[\"'«»;!?:…°\d\ue000\ue001]|\.\.\.|\b[LRDA]\. |rt")


def _may_change(piece: str) -> bool:
    return _TRIGGER.search(piece) is not None
