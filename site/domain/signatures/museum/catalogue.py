"""The pieces of the museum, read from pieces.yaml: what each tries, the verdict it must have."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from communaute.domain.signatures.vocabulary import Error, Verdict


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: an attack, or an honest oddity that must not be refused. Sentences plain."""

    name: str
    suffix: str
    title: str
    why: str
    expected: Verdict | Error

    @property
    def family(self) -> str:
        """PDF, CMS, XML or ZIP: the first part of the name."""
        return self.name.partition("-")[0].upper()

    @property
    def attack(self) -> bool:
        """Whether it must not be believed."""
        return self.expected is not Verdict.PASSED


def _read() -> tuple[Piece, ...]:
    text = Path(__file__).with_name("pieces.yaml").read_text(encoding="utf-8")
    return tuple(
        Piece(**(one | {"expected": _expected(one["expected"])})) for one in yaml.safe_load(text)
    )


def _expected(said: str) -> Verdict | Error:
    return Verdict(said) if said in set(Verdict) else Error(said)


PIECES = _read()
