"""Identifiers in a text: SIRET, article numbers, codes and amounts, whole and in parts."""

import re


SPACE = "[ \u00a0\u2009\u202f]"

# Tried in this order at each place of the text; the first that fits wins.
SIRET = rf"\d{{3}}{SPACE}?\d{{3}}{SPACE}?\d{{3}}{SPACE}?\d{{5}}"
AMOUNT = rf"\d{{1,3}}(?:(?:{SPACE}|\.)\d{{3}})+(?:,\d{{1,2}})?"
NUMBER = r"\d+(?:[.,/-]\d+)*"
# "A43-7", "R. 122", "R122", "L.* 253-1"; a lone small letter needs its dot, its hyphen or no
# space, else "il y a 43 dossiers" would be article A43.
ARTICLE = (
    rf"(?:[LRDA]\.?{SPACE}?\*?{SPACE}?|[lrda]\.{SPACE}?|[lrda](?=\d))\d+(?:-\d+)*"
    rf"|[lrda]{SPACE}\d+(?:-\d+)+"
)
# "IP. 6", "RGAA 4.1", "EN 16931": capitals, then a short number; "SIRET 123 456…" is none.
CODE = rf"[A-Z]{{2,6}}\.?{SPACE}?\d{{1,6}}(?:[.-]\d+)*(?!{SPACE}\d{{3}})"

PATTERN = (
    rf"(?:(?P<article>{ARTICLE})|(?P<code>{CODE})"
    rf"|(?P<siret>{SIRET})|(?P<amount>{AMOUNT})|(?P<number>{NUMBER}))(?![^\W_])"
)
SEPARATORS = re.compile(rf"{SPACE}|[.*]")
DIGITS = re.compile(r"\d+")


def whole_and_parts(found: re.Match[str]) -> tuple[str, tuple[str, ...]]:
    """Return the identifier in its one spelling, and the parts it may be asked by.

    "R. 122" gives r122 and 122; "A43-7" gives a43-7, a43 and 43-7; a SIRET gives its
    fourteen digits and its SIREN; "4 950 724" gives 4950724.
    """
    text = found.group()
    if found["article"]:
        whole = SEPARATORS.sub("", text).lower()
        return whole, tuple(dict.fromkeys([whole[1:], whole.split("-")[0]]))
    if found["code"]:
        return _code(text)
    if found["number"]:
        parts = DIGITS.findall(text)
        return text.lower().replace(",", "."), tuple(parts) if len(parts) > 1 else ()
    digits = SEPARATORS.sub("", text).replace(",", ".")
    if found["siret"]:
        return digits, (digits[:9],)
    return digits, tuple(DIGITS.findall(text))


def _code(text: str) -> tuple[str, tuple[str, ...]]:
    letters, number = re.match(r"([A-Z]+)\W*(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return (letters + number).lower(), (letters.lower(), number)
