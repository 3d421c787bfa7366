"""File names and anchors: the ASCII form of a French text."""

import re
import unicodedata


SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})


def slugify(text: str) -> str:
    """Return the text in ASCII lower case, words joined by hyphens (« Où ? » gives `ou`)."""
    plain = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")


def is_slug(name: str) -> bool:
    """Say whether the name is lower-case ASCII letters, digits and single hyphens."""
    return SLUG.fullmatch(name) is not None
