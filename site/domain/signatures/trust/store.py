"""The trust store: lists and private anchors of a trust DIR, loaded once and asked often."""

from collections.abc import Generator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509
from pyhanko_certvalidator.authority import TrustedServiceType
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.trust.anchors import read_local_crls, read_private_anchors
from communaute.domain.signatures.trust.lists import load_lists
from communaute.domain.signatures.trust.manager import ListedAnchors
from communaute.domain.signatures.trust.pinned import OfficialAnchors, official_anchors
from communaute.domain.signatures.trust.qualification import ServiceDirectory
from communaute.domain.signatures.trust.reading import ListRefused
from communaute.domain.signatures.trust.services import ListedService
from communaute.domain.signatures.values import ListInfo, ServiceAtTime


@dataclass(frozen=True)
class LoadedTrust:
    """Trusted lists and private anchors (see TrustStore in trust_protocol.py)."""

    services: tuple[ListedService, ...] = ()
    lists: tuple[ListInfo, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    _signers: ListedAnchors = field(init=False, repr=False)
    _timestampers: ListedAnchors = field(init=False, repr=False)
    _directory: ServiceDirectory = field(init=False, repr=False)
    _certificates: tuple[x509.Certificate, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        issuing = [one for one in self.services if not one.stamps_time]
        stamping = [one for one in self.services if one.stamps_time]
        _set(self, "_signers", ListedAnchors(issuing, TrustedServiceType.CERTIFICATE_AUTHORITY))
        _set(
            self,
            "_timestampers",
            ListedAnchors(stamping, TrustedServiceType.TIME_STAMPING_AUTHORITY),
        )
        _set(self, "_directory", ServiceDirectory(self.services))
        _set(self, "_certificates", _distinct_certificates(self.services))

    def signer_trust(self) -> ListedAnchors:
        """The anchors of CA/QC services."""
        return self._signers

    def timestamp_trust(self) -> ListedAnchors:
        """The anchors of TSA/QTST services."""
        return self._timestampers

    def anchor_certificates(self) -> Sequence[x509.Certificate]:
        """The certificates of all anchors, each once."""
        return self._certificates

    def describe_service(self, path: ValidationPath, at: datetime) -> ServiceAtTime | None:
        """What the lists hold at `at` of `path`'s leaf; None when no service covered it."""
        return self._directory.describe(path, at)

    def local_crls(self) -> Sequence[bytes]:
        """DER revocation lists: of the trust DIR, or fetched by the broker."""
        return self.crls

    def local_ocsps(self) -> Sequence[bytes]:
        """DER OCSP responses fetched by the broker; usually none."""
        return self.ocsps


def with_revocation(
    trust: LoadedTrust, crls: Sequence[bytes] = (), ocsps: Sequence[bytes] = ()
) -> LoadedTrust:
    """The same trust with revocation data that the broker fetched for one document."""
    richer = copy(trust)  # the anchors and their indices are shared, not made again
    _set(richer, "crls", (*trust.crls, *crls))
    _set(richer, "ocsps", (*trust.ocsps, *ocsps))
    return richer


def load_trust(directory: Path, anchors: OfficialAnchors = official_anchors) -> LoadedTrust:
    """Load a trust DIR (architecture.md): 0.4 s for four lists, 2 s for those of all Europe.

    What does not verify or cannot be read is left out and named in `lists`; an empty or
    missing DIR gives a store that trusts nobody.
    """
    steps = loading(directory, anchors)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            loaded: LoadedTrust = done.value
            return loaded


def loading(
    directory: Path, anchors: OfficialAnchors = official_anchors
) -> Generator[None, None, LoadedTrust]:
    """`load_trust` one list a step, so that a server can answer between two steps."""
    lists = yield from load_lists(directory / "lists", anchors())
    infos = list(lists.infos)
    private, crls = _private(directory, infos)
    return LoadedTrust((*lists.services, *private), tuple(infos), crls)


def _private(
    directory: Path, infos: list[ListInfo]
) -> tuple[tuple[ListedService, ...], tuple[bytes, ...]]:
    """The private anchors and revocation lists; a file that cannot be read leaves none."""
    try:
        return tuple(read_private_anchors(directory)), tuple(read_local_crls(directory))
    except ListRefused as error:
        infos.append(ListInfo("", 0, datetime.now(UTC), None, str(error)))
        return (), ()


def _distinct_certificates(services: Sequence[ListedService]) -> tuple[x509.Certificate, ...]:
    listed = (one for service in services for one in service.information.base_info.provider_certs)
    return tuple({one.sha256: one for one in listed}.values())


def _set(trust: LoadedTrust, name: str, value: object) -> None:
    """Set a derived field of a frozen dataclass, once, while it is made."""
    object.__setattr__(trust, name, value)
