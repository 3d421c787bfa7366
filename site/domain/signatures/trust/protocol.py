"""What the verdict needs of the trust store: trust.py provides it, verify.py consumes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from communaute.domain.signatures.facts import ListInfo, ServiceAtTime


if TYPE_CHECKING:  # pyHanko costs half a second to import: only the verifier pays it.
    from asn1crypto import x509
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.registry import TrustManager


class TrustStore(Protocol):
    """Trusted lists and private anchors, loaded and verified."""

    @property
    def lists(self) -> tuple[ListInfo, ...]:
        """Every list loaded, and every list refused with its reason."""

    def signer_trust(self) -> TrustManager:
        """The anchors of CA/QC services: the only ones that may vouch for a signer."""

    def timestamp_trust(self) -> TrustManager:
        """The anchors of TSA/QTST services: the only ones that may vouch for a time stamp.

        A listed certificate is trusted as the time-stamping unit itself (`as_trust_anchor`)
        and as the issuer of units (`find_potential_issuers`). Services of both kinds must
        be usable at every moment they were granted; whether the service was granted at the
        moment that matters is asked of `describe_service`.
        """

    def anchors_named(self, subjects: Collection[str]) -> Sequence[x509.Certificate]:
        """The anchors of these names (as asn1crypto hashes them): a signer may send no chain."""

    def describe_service(self, path: ValidationPath, at: datetime) -> ServiceAtTime | None:
        """Say what the lists hold, at `at`, of the service that vouches for `path`'s leaf.

        None when no service of the lists covered the path at that moment. `path.leaf` is the
        signer or the time-stamping unit. A private anchor counts as listed at every moment,
        qualified and in a secure device where the certificate's QcStatements say so.
        """

    def local_crls(self) -> Sequence[bytes]:
        """DER CRLs from the trust DIR, or fetched by the broker for this chain."""

    def local_ocsps(self) -> Sequence[bytes]:
        """DER OCSP responses fetched by the broker for this chain; usually empty."""
