"""Who signs up: what was typed, checked; and which addresses are one person's."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from communaute.domain.errors import DomainError
from communaute.domain.siret import read_siret
from communaute.domain.trainings.errors import FilledTrap, InvalidSignUp
from communaute.domain.trainings.values import SignUpRequest


LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_TEXT, LONGEST_TELEPHONE = 100, 150, 1_000, 30
# E.164 allows 15 digits; the shortest numbers people give have 6.
DIGITS = range(6, 16)
TELEPHONE = re.compile(r"[+(]?[\d\s().\-/]+")
# One mailbox under two names, and the only provider known to ignore dots.
GMAIL = frozenset({"gmail.com", "googlemail.com"})
SPACES = re.compile(r"\s+")


class InvalidAddress(DomainError):
    """Not an e-mail address."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """What was typed, in order. `key` is the same for every spelling of one mailbox."""

    name: str
    email: str
    key: str
    organisation: str
    siret: str
    telephone: str
    hopes: str
    accessibility: str


def read_address(text: str) -> str:
    """The address typed, as mail servers write it. Raises InvalidAddress."""
    try:
        address = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise InvalidAddress(
            "Saisissez une adresse électronique complète, par exemple nom@exemple.fr."
        ) from None
    if address.ascii_email is None:
        raise InvalidAddress(
            "Nos courriels n’atteignent pas une adresse avec des lettres accentuées avant «\u202f@\u202f». "
            "Donnez-en une autre."
        )
    return str(address.ascii_email)


def person_key(email: str) -> str:
    """The same text for every spelling of one mailbox (docs/decisions/0111).

    Case and what follows « + » never tell two people apart; dots neither, at Gmail.
    """
    local, _, domain = unicodedata.normalize("NFKC", email).casefold().rpartition("@")
    local = local.split("+", 1)[0] or local
    if domain in GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def read_person(request: SignUpRequest) -> Person:
    """Check all that was typed at once.

    Raises FilledTrap, or InvalidSignUp with a sentence for each wrong field.
    """
    if request.trap.strip():
        raise FilledTrap(
            "Un champ qui doit rester vide a été rempli, sans doute par votre navigateur. "
            "Videz-le, puis envoyez de nouveau."
        )
    faults: dict[str, str] = {}
    read = {
        name: _read(faults, name, reader, getattr(request, name))
        for name, reader in READERS.items()
    }
    faults |= _consent_faults(request, read["accessibility"])
    if faults:
        raise InvalidSignUp(faults)
    return Person(**read, key=person_key(read["email"]))


def _read(faults: dict[str, str], name: str, reader: Callable[[str], str], typed: str) -> str:
    try:
        return reader(typed)
    except DomainError as refused:
        faults[name] = str(refused)
        return ""


def _consent_faults(request: SignUpRequest, need: str) -> dict[str, str]:
    faults = {}
    if not request.consent:
        faults["consent"] = (
            "Cochez la case\u202f: sans votre accord, nous ne pouvons pas garder votre inscription."
        )
    if need and not request.accessibility_consent:
        faults["accessibility_consent"] = (
            "Cochez la case pour que l’organisateur lise ce besoin, ou effacez-le."
        )
    return faults


class InvalidText(DomainError):
    """A text is missing, or too long."""


def one_line(text: str) -> str:
    """A text on one line, without invisible characters."""
    shown = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return SPACES.sub(" ", "".join(c for c in shown if c == " " or c.isprintable())).strip()


def _line(longest: int, missing: str) -> Callable[[str], str]:
    """Read one line; `missing` is the sentence when it is empty, or empty when it may be."""

    def read(typed: str) -> str:
        text = one_line(typed)
        if not text and missing:
            raise InvalidText(missing)
        return _short_enough(text, longest)

    return read


def _paragraph(typed: str) -> str:
    lines = (one_line(line) for line in typed.splitlines())
    return _short_enough("\n".join(lines).strip(), LONGEST_TEXT)


def _short_enough(text: str, longest: int) -> str:
    if len(text) > longest:
        raise InvalidText(
            f"Votre texte compte {len(text)} caractères\u202f: raccourcissez-le à {longest} au plus."
        )
    return text


def _telephone(typed: str) -> str:
    text = one_line(typed)
    digits = sum(c.isdigit() for c in text)
    if text and (
        not TELEPHONE.fullmatch(text) or digits not in DIGITS or len(text) > LONGEST_TELEPHONE
    ):
        raise InvalidText(
            "Saisissez un numéro de 6 à 15 chiffres, par exemple 01 23 45 67 89, ou laissez vide."
        )
    return text


def _siret(typed: str) -> str:
    return read_siret(typed).digits if typed.strip() else ""


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
