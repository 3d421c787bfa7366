"""Who signs up: what the form says, checked; what they agree to; which addresses are one person's."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from communaute.domain.trainings.errors import FilledTrap, InvalidSignUp
from communaute.french.reading import Unreadable, read_address, read_siret


LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_TEXT, LONGEST_TELEPHONE = 100, 150, 1_000, 30
# E.164 allows 15 digits; the shortest numbers people give have 6.
DIGITS = range(6, 16)
TELEPHONE = re.compile(r"[+(]?[\d\s().\-/]+")
SPACES = re.compile(r"\s+")
# What people agree to, word for word: kept with each registration, changed only by a new wording.
CONSENT = (
    "J’accepte que ces informations servent à organiser la formation : m’inscrire, m’envoyer les "
    "courriels qui la concernent et noter ma présence. Elles sont effacées douze mois après la "
    "dernière séance, ou avant si je le demande."
)
ACCESSIBILITY_CONSENT = (
    "J’accepte que l’organisateur lise ce besoin d’accessibilité pour adapter la formation. Lui seul "
    "le voit ; il est effacé trente jours après la dernière séance."
)


@dataclass(frozen=True, kw_only=True)
class SignUpRequest:
    """What the form says: as typed, then as `read_request` gives it back.

    `trap` is the field that people do not see.
    """

    pair_id: int
    name: str
    email: str
    organisation: str
    siret: str = ""
    telephone: str = ""
    hopes: str = ""
    consent: bool = False
    accessibility: str = ""
    accessibility_consent: bool = False
    trap: str = ""


def read_request(request: SignUpRequest) -> SignUpRequest:
    """Check all that was typed at once; answers it as it is kept.

    Raises FilledTrap, or InvalidSignUp with a sentence for each wrong field.
    """
    if request.trap.strip():
        raise FilledTrap(
            "Un champ qui doit rester vide a été rempli, sans doute par votre navigateur. "
            "Videz-le, puis envoyez de nouveau."
        )
    faults = {} if request.pair_id else {"pair_id": "Choisissez une date dans la liste."}
    read: dict[str, Any] = {}
    for name, reader in READERS.items():
        try:
            read[name] = reader(getattr(request, name))
        except Unreadable as refused:
            faults[name] = str(refused)
    if not request.consent:
        faults["consent"] = (
            "Cochez la case : sans votre accord, nous ne pouvons pas garder votre inscription."
        )
    if read.get("accessibility") and not request.accessibility_consent:
        faults["accessibility_consent"] = (
            "Cochez la case pour que l’organisateur lise ce besoin, ou effacez-le."
        )
    if faults:
        raise InvalidSignUp(faults)
    return replace(request, **read)


def one_line(text: str) -> str:
    """A text on one line, without invisible characters."""
    shown = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return SPACES.sub(" ", "".join(c for c in shown if c == " " or c.isprintable())).strip()


def _line(longest: int, missing: str) -> Callable[[str], str]:
    """Read one line; `missing` is the sentence when it is empty, or empty when it may be."""

    def read(typed: str) -> str:
        text = one_line(typed)
        if not text and missing:
            raise Unreadable(missing)
        return _short_enough(text, longest)

    return read


def _paragraph(typed: str) -> str:
    lines = (one_line(line) for line in typed.splitlines())
    return _short_enough("\n".join(lines).strip(), LONGEST_TEXT)


def _short_enough(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable(
            f"Votre texte compte {len(text)} caractères : raccourcissez-le à {longest} au plus."
        )
    return text


def _telephone(typed: str) -> str:
    text = one_line(typed)
    digits = sum(c.isdigit() for c in text)
    if text and (
        not TELEPHONE.fullmatch(text) or digits not in DIGITS or len(text) > LONGEST_TELEPHONE
    ):
        raise Unreadable(
            "Saisissez un numéro de 6 à 15 chiffres, par exemple 01 23 45 67 89, ou laissez vide."
        )
    return text


def _siret(typed: str) -> str:
    return read_siret(typed) if typed.strip() else ""


READERS: dict[str, Callable[[str], str]] = {
    "name": _line(LONGEST_NAME, "Saisissez votre nom."),
    "email": read_address,
    "organisation": _line(
        LONGEST_ORGANISATION, "Saisissez le nom de votre entreprise ou de votre organisme."
    ),
    "siret": _siret,
    "telephone": _telephone,
    "hopes": _paragraph,
    "accessibility": _paragraph,
}
