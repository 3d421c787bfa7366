"""SIRET: what the number says (checking), and changing it (the other modules)."""

from communaute.domain.siret.checking import (
    LA_POSTE,
    SEPARATORS,
    SIREN_LENGTH,
    SIRET_LENGTH,
    EmptyNumber,
    ForeignCharacters,
    InvalidSiret,
    SirenAlone,
    Siret,
    WrongKey,
    WrongLength,
    WrongSirenKey,
    digits_of,
    is_siren,
    read_siret,
    spaced,
)


__all__ = [
    "LA_POSTE",
    "SEPARATORS",
    "SIREN_LENGTH",
    "SIRET_LENGTH",
    "EmptyNumber",
    "ForeignCharacters",
    "InvalidSiret",
    "SirenAlone",
    "Siret",
    "WrongKey",
    "WrongLength",
    "WrongSirenKey",
    "digits_of",
    "is_siren",
    "read_siret",
    "spaced",
]
