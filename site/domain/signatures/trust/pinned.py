"""Who may sign the European list of lists: the certificates published in the Official Journal.

The certificates come with pyHanko, whose version is pinned by hash; the SHA-256 below say
which of them this project trusts, so that a new version of the library changes nothing alone.
To update after a publication in the Official Journal: compare the fingerprints printed there
with those of the library's file, then add an OfficialAnchor. Between two publications the
« pivot » lists, signed by the signers they replace, are enough (trust/lists.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509
from pyhanko.sign.validation.qualified.eutl_parse import ojeu_bootstrap_lotl_tlso_certs


@dataclass(frozen=True, slots=True)
class OfficialAnchor:
    """One publication of the signers of the list of lists, and the lists it can verify."""

    source: str
    certificates: tuple[x509.Certificate, ...]
    since: datetime
    until: datetime | None = None
    """Lists issued from then on answer to a later publication; None for the one in force."""

    def signs_lists_of(self, issued_at: datetime) -> bool:
        """Whether a list of lists issued then may be verified with this publication."""
        return self.until is None or self.since <= issued_at < self.until


_OJ_2026 = frozenset({
    "c0641c4f7d56c431b1c924742db7fce9c1eef7d7fd212113a2768486b3abcdc5",
    "e0a620fbb6747362bb933ac44169d676a553444716cf5f31605f12a22b8396b1",
    "df7e29360c34b2b8d6d5f40325c1d4d12c9922cecd33b7407674a74b2b3ca1e5",
    "b63d416744e7098bf9ec2caa596a93bc2468e37f8284ba65ecc061711bcbaa18",
    "236103f03a8031ae8f47f9059bf8de38564cdbfebedde4a597d50f8980aa653b",
    "d2064fdd70f6982dcc516b86d9d5c56aea939417c624b2e478c0b29de54f8474",
})  # fmt: skip
_OJ_2019 = frozenset({
    "5400ab712c41aaf0c40b505e264d5494d8af4180f8f62955d16223b3290f97c3",
    "9c1a3b646eaf132398ef319e41c8e7ed725b64d5772580ae125d59c0f6845630",
    "59a1bf290b818b177ad61ac4b3e6dcddd46da6d5be9579f8564adea6f2cf073e",
    "8e508f03b132500c3403db66e9dd39cd78f4657c840958a77d34e7bd621468e7",
    "c1a37db48cd5e0479b97f4de32e3a7470c52aafb94c1656ef56f97503992c8a7",
    "d2064fdd70f6982dcc516b86d9d5c56aea939417c624b2e478c0b29de54f8474",
    "435504bfd802edf4db08cbd7c7729a0d45b227797b727e4e6ea1d31684166342",
    "ccd879b36bb553685becbd12901c7f41f7bd3e07f898fcbbe1eec456b03d7589",
})  # fmt: skip
_PUBLISHED_2019 = datetime(2019, 8, 16, tzinfo=UTC)
_PUBLISHED_2026 = datetime(2026, 4, 14, tzinfo=UTC)


def official_anchors() -> tuple[OfficialAnchor, ...]:
    """The publications known, the one in force last.

    Sources: OJ C/2026/1944 (https://eur-lex.europa.eu/eli/C/2026/1944/oj) and, for lists issued
    before it, OJ C 276 of 16 August 2019.
    """
    return (
        OfficialAnchor(
            "JO C 276 du 16.8.2019", _bundled(0, _OJ_2019), _PUBLISHED_2019, _PUBLISHED_2026
        ),
        OfficialAnchor("JO C/2026/1944", _bundled(1, _OJ_2026), _PUBLISHED_2026),
    )


OfficialAnchors = Callable[[], tuple[OfficialAnchor, ...]]


def _bundled(number: int, fingerprints: frozenset[str]) -> tuple[x509.Certificate, ...]:
    bundled = ojeu_bootstrap_lotl_tlso_certs(anchor=number)
    return tuple(one for one in bundled if one.sha256.hex() in fingerprints)
