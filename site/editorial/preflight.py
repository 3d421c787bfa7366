"""Look at a letter before it leaves: what blocks it, what is worth a look; the line, and what to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from lxml import html as lxml_html

from communaute.editorial.content import Content
from communaute.editorial.faults import Fault
from communaute.editorial.pages import Page
from communaute.french.dates import MONTHS, WEEKDAYS, weekday_in_words
from communaute.french.folding import slugify


# Gmail cuts a mail of more than 102 kB; ours are held under 100.
HEAVIEST, HEAVY = 100_000, 80_000
SUBJECT = range(10, 79)
TWIN_AT_LEAST = 200
LIGHT, DARK = "#ffffff", "#161616"
# WCAG 2.2, 1.4.3.
CONTRAST = 4.5
PLACEHOLDERS = re.compile(
    r"\bTK\b|\bTODO\b|\bXXX+\b|[Ll]orem ipsum|\{\{|\}\}|\[…\]|\[\.\.\.\]|À écrire|À compléter"
)
EMPTY_WORDS = frozenset(
    {"ici", "cliquez-ici", "cliquer-ici", "la", "ce-lien", "lien", "en-savoir-plus"}
)
_DAY = re.compile(
    rf"(?:\b({'|'.join(WEEKDAYS)})\s+)?\b(\d{{1,2}})(?:er)?\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b",
    re.I,
)
# What announces a day to come.
_TO_COME = re.compile(
    r"(?:jusqu['’]au|avant le|d['’]ici au|d['’]ici le|rendez-vous le|prochain[es]*|inscri\w+)[^.\n]{0,30}$",
    re.I,
)
_COLOUR = re.compile(r"(?:^|;)\s*(color|background)\s*:\s*(#[0-9a-f]{6})", re.I)
_DARK_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


class Level(StrEnum):
    """Whether a letter may leave with this."""

    BLOCKS = "blocks"
    WARNS = "warns"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing found: its line in the page's file (1 when it is of the whole), what, what to do."""

    level: Level
    line: int
    what: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The letter as it would leave: the page, both forms, the bytes."""

    page: Page
    subject: str
    html: str
    text: str
    raw: bytes


def preflight(mail: Mail, content: Content, faults: Sequence[Fault], today: date) -> list[Finding]:
    """Everything found, what blocks first. `faults` are those of `content check`."""
    source = mail.page.source_path.read_text(encoding="utf-8").split("\n")
    found = [
        *_of_content(mail.page, faults),
        *_subject(mail),
        *_weight(mail),
        *_twin(mail),
        *_links(mail, content, source, today),
        *_pictures(mail.page),
        *_dates(source, today),
        *_placeholders(source),
        *_contrast(mail.html),
        *_headers(mail.raw),
    ]
    return sorted(set(found))


def blocks(found: Sequence[Finding]) -> bool:
    """Whether the letter must not leave."""
    return any(one.level is Level.BLOCKS for one in found)


def _of_content(page: Page, faults: Sequence[Fault]) -> Iterator[Finding]:
    for fault in faults:
        if fault.file == page.source_path:
            yield Finding(Level.BLOCKS, fault.line, "La page a un défaut.", fault.message)


def _subject(mail: Mail) -> Iterator[Finding]:
    line = mail.page.lines.get("title", 1)
    if len(mail.subject) not in SUBJECT:
        what = f"L’objet compte {len(mail.subject)} caractères."
        remedy = f"Écrivez de {SUBJECT.start} à {SUBJECT.stop - 1} caractères dans « title »."
        yield Finding(Level.WARNS if mail.subject.strip() else Level.BLOCKS, line, what, remedy)


def _weight(mail: Mail) -> Iterator[Finding]:
    weight = len(mail.raw)
    if weight > HEAVY:
        level = Level.BLOCKS if weight >= HEAVIEST else Level.WARNS
        what = f"Le courriel pèse {weight // 1000} kB : au-delà de 100, Gmail le coupe."
        yield Finding(level, 1, what, "Raccourcissez l’éditorial, ou menez à la page.")


def _twin(mail: Mail) -> Iterator[Finding]:
    words = len(lxml_html.fromstring(mail.html).text_content().split())
    if len(mail.text) < TWIN_AT_LEAST or len(mail.text.split()) < words * 0.8:
        what = "Le texte brut manque, ou dit moins que le courriel en HTML."
        yield Finding(Level.BLOCKS, 1, what, "Signalez-le : il est fait de la même page.")


def _links(mail: Mail, content: Content, source: Sequence[str], today: date) -> Iterator[Finding]:
    tree = lxml_html.fromstring(mail.html)
    ours = {page.url.partition("#")[0]: page for page in content.pages.values()}
    for link in tree.iter("a"):
        address, words = str(link.get("href", "")), str(link.text_content()).strip()
        parts = urlsplit(address)
        line = _line_of(source, parts.path or address)
        if parts.scheme not in ("https", "http", "mailto") or (
            parts.scheme != "mailto" and not parts.netloc
        ):
            yield Finding(
                Level.BLOCKS,
                line,
                f"Le lien « {words} » est relatif.",
                "Donnez son adresse entière.",
            )
        if not words or slugify(words) in EMPTY_WORDS:
            what = f"Le lien « {words} » ne dit pas où il mène."
            yield Finding(Level.BLOCKS, line, what, "Écrivez le nom de la page visée.")
        page = ours.get(parts.path)
        if page is not None and page is not mail.page and page.is_expired(today):
            what = f"« {page.title} » n’est plus à jour."
            remedy = (
                f"Menez plutôt à {page.replaced_by}." if page.replaced_by else "Retirez le lien."
            )
            yield Finding(Level.WARNS, line, what, remedy)


def _pictures(page: Page) -> Iterator[Finding]:
    if not page.html.strip():
        return
    for picture in lxml_html.fromstring(f"<div>{page.html}</div>").iter("img"):
        if picture.get("alt") is None:
            yield Finding(
                Level.BLOCKS, 1, "Une image n’a pas de texte de remplacement.", "Décrivez-la."
            )
        yield Finding(
            Level.WARNS,
            1,
            "Une image de la page n’est pas dans le courriel.",
            "Dites son contenu dans le texte : nos courriels n’ont pas d’image.",
        )


def _dates(source: Sequence[str], today: date) -> Iterator[Finding]:
    for number, line in enumerate(source, 1):
        for found in _DAY.finditer(line):
            named, day = found[1], _day_of(found)
            if day is None:
                yield Finding(
                    Level.BLOCKS, number, f"« {found[0]} » n’est pas une date.", "Corrigez-la."
                )
            elif named and named.lower() != WEEKDAYS[day.weekday()]:
                remedy = f"C’est un {weekday_in_words(day)}."
                yield Finding(Level.BLOCKS, number, f"« {found[0]} » : le jour est faux.", remedy)
            elif day < today and _TO_COME.search(line[: found.start()]):
                what = f"« {found[0]} » est passé, et le texte l’annonce."
                yield Finding(Level.WARNS, number, what, "Corrigez la date ou la phrase.")


def _day_of(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[4]), MONTHS.index(found[3].lower()) + 1, int(found[2]))
    except ValueError:
        return None


def _placeholders(source: Sequence[str]) -> Iterator[Finding]:
    for number, line in enumerate(source, 1):
        for found in PLACEHOLDERS.finditer(line):
            what = f"« {found[0]} » n’est pas un texte à envoyer."
            yield Finding(Level.BLOCKS, number, what, "Écrivez ce qui manque, ou retirez-le.")


def _line_of(source: Sequence[str], words: str) -> int:
    lines = (number for number, line in enumerate(source, 1) if words and words.lstrip("/") in line)
    return next(lines, 1)


def _contrast(written: str) -> Iterator[Finding]:
    """Each colour on its ground, as it is, then as the dark style leaves it."""
    tree = lxml_html.fromstring(written)
    head = tree.find(".//style")
    dark = _dark_colours(str(head.text_content()) if head is not None else "")
    for element in tree.iter():
        own = dict(_COLOUR.findall(str(element.get("style", ""))))
        if "color" not in own:
            continue
        for ground, name, mode in ((LIGHT, "", "clair"), (DARK, element.tag, "sombre")):
            over = dark.get(_kind_of(element), {}) if name else {}
            text = str(over.get("color", own["color"]))
            back = str(over.get("background", own.get("background", ground)))
            if name and element.tag in ("body", "div"):
                text, back = dark.get("body", {}).get("color", text), ground
            if contrast(text, back) < CONTRAST:
                what = f"Le texte {text} sur {back} se lit mal en mode {mode}."
                yield Finding(
                    Level.BLOCKS, 1, what, "Changez la couleur dans editorial/letters.css."
                )


def _kind_of(element: lxml_html.HtmlElement) -> str:
    """Which rule of the dark style holds for an element."""
    if element.tag == "a":
        return "a.button" if "button" in str(element.get("class", "")) else "a"
    if "#555555" in str(element.get("style", "")):
        return ".small"
    return str(element.tag)


def _dark_colours(style: str) -> dict[str, dict[str, str]]:
    """The colours of the dark style, by selector."""
    inside = style.partition("@media (prefers-color-scheme: dark)")[2].partition("{")[2]
    found: dict[str, dict[str, str]] = {}
    for selectors, rules in _DARK_RULE.findall(inside):
        colours = dict(_COLOUR.findall(rules.replace(" !important", "")))
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(colours)
    return found


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written `#rrggbb`, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


_HEADERS = (
    (rb"List-Id: <[a-z0-9.-]+>", "List-Id"),
    (
        rb"List-Unsubscribe: <https?://[^>\s]+>, <mailto:[^>\s]+>",
        "List-Unsubscribe (une ligne, https et mailto)",
    ),
    (rb"List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Unsubscribe-Post"),
)


def _headers(raw: bytes) -> Iterator[Finding]:
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    for pattern, name in _HEADERS:
        if not any(re.fullmatch(pattern, line) for line in lines):
            what = f"L’en-tête {name} n’est pas comme les boîtes aux lettres le veulent."
            yield Finding(Level.BLOCKS, 1, what, "Vérifiez BASE_URL et MAIL_FROM.")
