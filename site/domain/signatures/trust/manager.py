"""Anchors of one kind of service, found by name: what pyHanko builds its paths with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from asn1crypto import x509
from pyhanko_certvalidator.authority import (
    Authority,
    AuthorityWithCert,
    TrustAnchor,
    TrustedServiceType,
    TrustQualifiers,
)
from pyhanko_certvalidator.name_trees import process_general_subtrees
from pyhanko_certvalidator.policy_decl import PKIXValidationParams
from pyhanko_certvalidator.registry import TrustManager

from communaute.domain.signatures.trust.services import ListedService


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
