"""A trust store that notes which certificates were chained to its anchors, for the broker."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator.authority import Authority, TrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import TrustManager

from communaute.domain.signatures.serve.engine import Chain
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.values import ListInfo, ServiceAtTime


class Witness:
    """The same answers as the store it stands for; `chains()` says what was asked about.

    The notes are hints, not proof: the broker verifies each chain before it asks anybody.
    """

    def __init__(self, trust: LoadedTrust) -> None:
        self._trust = trust
        self._chains: dict[Chain, None] = {}
        self._below_anchors: dict[bytes, None] = {}

    @property
    def lists(self) -> tuple[ListInfo, ...]:
        """The lists of the store."""
        return self._trust.lists

    def signer_trust(self) -> TrustManager:
        """The anchors of signers."""
        return _Noting(self._trust.signer_trust(), self._below_anchors)

    def timestamp_trust(self) -> TrustManager:
        """The anchors of time stamps."""
        return _Noting(self._trust.timestamp_trust(), self._below_anchors)

    def anchor_certificates(self) -> Sequence[x509.Certificate]:
        """The certificates of the anchors."""
        return self._trust.anchor_certificates()

    def describe_service(self, path: ValidationPath, at: datetime) -> ServiceAtTime | None:
        """What the lists hold of a path, which is noted."""
        below = [certificate.dump() for certificate in path.iter_certs(include_root=False)]
        if below:
            self._chains[tuple(reversed(below))] = None
        return self._trust.describe_service(path, at)

    def local_crls(self) -> Sequence[bytes]:
        """The revocation lists of the store."""
        return self._trust.local_crls()

    def local_ocsps(self) -> Sequence[bytes]:
        """The OCSP responses of the store."""
        return self._trust.local_ocsps()

    def chains(self) -> Iterator[Chain]:
        """The paths met, then the certificates met just below an anchor and in no path."""
        yield from self._chains
        known = {der for chain in self._chains for der in chain}
        yield from ((der,) for der in self._below_anchors if der not in known)


class _Noting(TrustManager):
    """Notes the certificates that an anchor may have issued."""

    def __init__(self, anchors: TrustManager, noted: dict[bytes, None]) -> None:
        self._anchors, self._noted = anchors, noted

    def as_trust_anchor(self, authority: Authority) -> TrustAnchor | None:
        return self._anchors.as_trust_anchor(authority)

    def find_potential_issuers(self, cert: x509.Certificate) -> Iterator[TrustAnchor]:
        for anchor in self._anchors.find_potential_issuers(cert):
            self._noted[cert.dump()] = None
            yield anchor
