"""What, in a text, names or reaches somebody: found before it is kept."""

import re

from stdnum import iban
from stdnum.exceptions import ValidationError


# One letter before the @ is enough: every word would be read again from each of its letters.
ADDRESS = re.compile(r"[^\s@<>(),;:]\s?@\s?[^\s@<>(),;:]+\.[a-z]{2,}", re.IGNORECASE)
# Digits that go on, before or after, are a SIRET or another number: those may be written.
ALONE, ENDED = r"(?<!\d)(?<!\d[\s.\-])", r"(?![\s.\-]?\d)"
TELEPHONE = re.compile(
    rf"{ALONE}(?:(?:\+|00)[\s.\-]?33[\s.\-]?(?:\(0\)[\s.\-]?)?|0)[1-9](?:[\s.\-]?\d{{2}}){{4}}{ENDED}"
    rf"|\+\d{{1,3}}(?:[\s.\-]?\d{{2,4}}){{3,5}}{ENDED}"
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}", re.IGNORECASE)
# The number of social security: sex, year, month, department, commune, order, key.
SOCIAL_SECURITY = re.compile(
    rf"{ALONE}[12]\s?\d{{2}}\s?\d{{2}}\s?(?:\d{{2}}|2[ab])\s?\d{{3}}\s?\d{{3}}(?:\s?\d{{2}})?{ENDED}",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+"
    r"(?:rue|avenue|av|boulevard|bd|allée|chemin|impasse|place|quai|route|square)\.?\s+"
    r"(?:(?:de|du|des|la|le|les)\b|[dl]['’]|(?-i:[A-ZÀ-Ü]))",
    re.IGNORECASE,
)


def what_reaches_somebody(text: str) -> str:
    """The first personal detail found, in words (« un numéro de téléphone »), or "".

    Looked for: an e-mail or postal address, a telephone, an IBAN, a number of social security.
    A SIRET, an amount, a date, a number of an invoice are none.
    """
    if ADDRESS.search(text):
        return "une adresse électronique"
    if any(_is_iban(found.group()) for found in IBAN.finditer(text)):
        return "un IBAN"
    if SOCIAL_SECURITY.search(text):
        return "un numéro de sécurité sociale"
    if TELEPHONE.search(text):
        return "un numéro de téléphone"
    return "une adresse postale" if STREET.search(text) else ""


def _is_iban(typed: str) -> bool:
    """Whether it is one, words that follow it set aside; a French one is, even with a wrong key."""
    figures = "".join(typed.split()).upper()
    if re.match(r"FR\d{12}", figures):
        return True
    for length in range(len(figures), 14, -1):
        try:
            iban.validate(figures[:length], check_country=False)
        except ValidationError:
            continue
        return True
    return False
