"""Documents to try, signed by authorities made up for them and trusted for nothing else."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    """A document to try. Its PDF is static/exemples-signature/`name`.pdf."""

    name: str
    title: str
    shows: str
    sha256: str


_TEXTS = {
    "valide": (
        "Signature valide",
        "Une signature horodatée, avec un certificat qualifié : ce qu'il faut attendre.",
    ),
    "altere": (
        "Document modifié après la signature",
        "Le même document, dont la somme a été changée après coup : il est refusé.",
    ),
    "expire": (
        "Certificat expiré",
        "Rien ne prouve que la signature date d'avant l'expiration : on ne peut pas conclure.",
    ),
    "autorite-inconnue": (
        "Autorité inconnue",
        "Le certificat vient d'une autorité que personne ne reconnaît : on ne peut pas conclure.",
    ),
}


@cache
def samples() -> tuple[Sample, ...]:
    """List the documents to try."""
    listed = json.loads((_HERE / "listed.json").read_text(encoding="utf-8"))
    return tuple(
        Sample(name, title, shows, listed[name]) for name, (title, shows) in _TEXTS.items()
    )


def is_sample(sha256: str) -> bool:
    """Say whether a digest is that of a listed document, the only ones this trust is for."""
    return any(one.sha256 == sha256 for one in samples())
