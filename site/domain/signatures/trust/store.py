"""The trust store: lists and private anchors of a trust DIR, loaded once and asked often."""

from collections import defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import crl, pem, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.qualified.tsp import (
    CA_QC_URI,
    QTST_URI,
    BaseServiceInformation,
    CAServiceInformation,
    QTSTServiceInformation,
    QualifiedServiceInformation,
)
from pyhanko_certvalidator.authority import (
    Authority,
    AuthorityWithCert,
    TrustAnchor,
    TrustedServiceType,
    TrustQualifiers,
)
from pyhanko_certvalidator.name_trees import process_general_subtrees
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import PKIXValidationParams
from pyhanko_certvalidator.registry import TrustManager

from communaute.domain.signatures.facts import ListInfo, ServiceAtTime
from communaute.domain.signatures.trust.lists import load_lists
from communaute.domain.signatures.trust.pinned import OfficialAnchors, official_anchors
from communaute.domain.signatures.trust.reading import ListRefused
from communaute.domain.signatures.trust.services import ListedService, ServiceDirectory


# Private anchors of a trust DIR: `ca-qc/*.pem`, `tsa-qtst/*.pem`, `crl/*.crl`.

ALWAYS = datetime(1950, 1, 1, tzinfo=UTC)
PRIVATE_TERRITORY = "privé"


def read_private_anchors(directory: Path) -> Iterator[ListedService]:
    """The anchors of `directory`, granted at every moment. Raises ListRefused, naming the file."""
    for folder, service_type in (("ca-qc", CA_QC_URI), ("tsa-qtst", QTST_URI)):
        for path in sorted((directory / folder).glob("*.pem")):
            for certificate in _certificates(path):
                yield _private_service(certificate, service_type)


def _private_service(certificate: x509.Certificate, service_type: str) -> ListedService:
    base = BaseServiceInformation(
        service_type=service_type,
        service_name=_service_name(certificate),
        valid_from=ALWAYS,
        valid_until=None,
        provider_certs=(certificate,),
        additional_info_certificate_type=frozenset(),
        other_additional_info=frozenset(),
    )
    information: QualifiedServiceInformation
    if service_type == CA_QC_URI:
        information = CAServiceInformation(base, frozenset(), expired_certs_revocation_info=None)
    else:
        information = QTSTServiceInformation(base, frozenset())
    return ListedService(information, PRIVATE_TERRITORY, private=True)


def _service_name(certificate: x509.Certificate) -> str:
    """The name people know an authority by: its common name, else every part of its name.

    asn1crypto's own `human_friendly` labels each part in English, which a page would show.
    """
    parts = certificate.subject.native
    values = [parts["common_name"]] if "common_name" in parts else list(parts.values())
    return ", ".join(str(value) for value in values)


def _certificates(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        certificates = tuple(load_certs_from_pemder_data(path.read_bytes()))
        for certificate in certificates:
            _ = certificate.subject.hashable, certificate.public_key.native
    except (OSError, ValueError, TypeError) as error:
        raise ListRefused(f"{path.name} n’est pas un certificat lisible") from error
    return certificates


def _crl(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        _ = crl.CertificateList.load(der, strict=True).issuer.hashable
    except (OSError, ValueError, TypeError) as error:
        raise ListRefused(f"{path.name} n’est pas une liste de révocation lisible") from error
    return bytes(der)


# Anchors of one kind of service, found by name: what pyHanko builds its paths with.


class ListedAnchors(TrustManager):
    """The anchors of CA/QC services, or those of TSA/QTST services, never both.

    pyHanko's own TSPTrustManager goes through every anchor at each step of a path, keeps of a
    service's history the last period only, and never lets a listed time-stamping authority
    issue the certificate of its units.
    """

    def __init__(self, services: Iterable[ListedService], service_type: TrustedServiceType) -> None:
        periods: dict[AuthorityWithCert, list[ListedService]] = defaultdict(list)
        for service in services:
            for certificate in service.information.base_info.provider_certs:
                periods[AuthorityWithCert(certificate)].append(service)
        self._anchors: dict[Authority, TrustAnchor] = {
            authority: _anchor(authority, listed, service_type)
            for authority, listed in periods.items()
        }
        self._by_name: dict[str, list[TrustAnchor]] = defaultdict(list)
        for authority, anchor in self._anchors.items():
            self._by_name[authority.name.hashable].append(anchor)

    def as_trust_anchor(self, authority: Authority) -> TrustAnchor | None:
        """The anchor that has this name and this key, or None."""
        return self._anchors.get(authority)

    def find_potential_issuers(self, cert: x509.Certificate) -> Iterator[TrustAnchor]:
        """The anchors whose name and key identifier fit the issuer of a certificate."""
        for anchor in self._by_name.get(cert.issuer.hashable, ()):
            if anchor.authority.is_potential_issuer_of(cert):
                yield anchor


def _anchor(
    authority: AuthorityWithCert, periods: list[ListedService], service_type: TrustedServiceType
) -> TrustAnchor:
    """An anchor good from the first to the last moment when its service was granted.

    Its own certificate binds those below it too: RFC 5280 (6.1) leaves the choice, RFC 5937
    recommends it.
    """
    bases = [service.information.base_info for service in periods]
    ends = [base.valid_until for base in bases if base.valid_until is not None]
    return TrustAnchor(
        authority,
        TrustQualifiers(
            standard_parameters=_name_constraints(authority.certificate),
            max_path_length=authority.certificate.max_path_length,
            max_aa_path_length=authority.certificate.max_path_length,
            valid_from=min(base.valid_from for base in bases),
            valid_until=max(ends) if len(ends) == len(bases) else None,
            trusted_service_type=service_type,
        ),
    )


def _name_constraints(certificate: x509.Certificate) -> PKIXValidationParams | None:
    found = certificate.name_constraints_value
    if found is None:
        return None
    permitted, excluded = found["permitted_subtrees"], found["excluded_subtrees"]
    return PKIXValidationParams(
        initial_permitted_subtrees=process_general_subtrees(permitted) if permitted else None,
        initial_excluded_subtrees=process_general_subtrees(excluded) if excluded else None,
    )


@dataclass(frozen=True)
class LoadedTrust:
    """Trusted lists and private anchors (see TrustStore in protocol.py)."""

    services: tuple[ListedService, ...] = ()
    lists: tuple[ListInfo, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    _signers: ListedAnchors = field(init=False, repr=False)
    _timestampers: ListedAnchors = field(init=False, repr=False)
    _directory: ServiceDirectory = field(init=False, repr=False)
    _certificates: tuple[x509.Certificate, ...] = field(init=False, repr=False)
    _named: Mapping[str, list[x509.Certificate]] = field(init=False, repr=False)

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
        listed = (one for s in self.services for one in s.information.base_info.provider_certs)
        _set(self, "_certificates", tuple({one.sha256: one for one in listed}.values()))
        # Each name takes 10 µs to hash, and documents ask for those of all Europe several times.
        named: dict[str, list[x509.Certificate]] = defaultdict(list)
        for certificate in self._certificates:
            named[certificate.subject.hashable].append(certificate)
        _set(self, "_named", named)

    def signer_trust(self) -> ListedAnchors:
        """The anchors of CA/QC services."""
        return self._signers

    def timestamp_trust(self) -> ListedAnchors:
        """The anchors of TSA/QTST services."""
        return self._timestampers

    def anchor_certificates(self) -> Sequence[x509.Certificate]:
        """The certificates of all anchors, each once."""
        return self._certificates

    def anchors_named(self, subjects: Collection[str]) -> Sequence[x509.Certificate]:
        """The certificates of the anchors that have one of these names."""
        return [one for subject in sorted(subjects) for one in self._named.get(subject, ())]

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
        crls = tuple(map(_crl, sorted((directory / "crl").glob("*.crl"))))
        return tuple(read_private_anchors(directory)), crls
    except ListRefused as error:
        infos.append(ListInfo("", 0, datetime.now(UTC), None, str(error)))
        return (), ()


def _set(trust: LoadedTrust, name: str, value: object) -> None:
    """Set a derived field of a frozen dataclass, once, while it is made."""
    object.__setattr__(trust, name, value)
