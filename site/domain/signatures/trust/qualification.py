"""What the lists say, at a moment, of the service behind a certificate (ETSI TS 119 615)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.q_status import QualificationResult
from pyhanko.sign.validation.qualified.tsp import (
    CAServiceInformation,
    QcCertType,
    QTSTServiceInformation,
    TSPRegistry,
)
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.facts import ServiceAtTime
from communaute.domain.signatures.trust.services import ListedService


_TYPES = {QcCertType.QC_ESIGN: "esign", QcCertType.QC_ESEAL: "eseal", QcCertType.QC_WEB: "web"}


class ServiceDirectory:
    """The services of every list, asked by the path of a certificate."""

    def __init__(self, services: Iterable[ListedService]) -> None:
        registry = TSPRegistry()
        self._services: dict[int, ListedService] = {}
        for service in services:
            information = service.information
            self._services[id(information)] = service
            if isinstance(information, CAServiceInformation):
                registry.register_ca(information)
            elif isinstance(information, QTSTServiceInformation):
                registry.register_tst(information)
        self._registry = registry
        self._assessor = QualificationAssessor(_signers_only(registry))

    def describe(self, path: ValidationPath, at: datetime) -> ServiceAtTime | None:
        """What the lists hold of `path`'s leaf at `at`; None when no service covered it then."""
        definitions = self._registry.applicable_tsps_on_path(path, at)
        found = [self._services[id(one)] for one in definitions]
        if _stamps_time(path.leaf) or _is_listed_unit(path, found):
            stamping = next((one for one in found if one.stamps_time), None)
            return _service(stamping, at, qualified=True) if stamping is not None else None
        return self._issuing_service(path, [one for one in found if not one.stamps_time], at)

    def _issuing_service(
        self, path: ValidationPath, services: Sequence[ListedService], at: datetime
    ) -> ServiceAtTime | None:
        if not services:
            return None
        result = self._assess(path, at)
        if result is None or result.service_definition is None:
            return _service(services[0], at, qualified=False)
        status = result.status
        return _service(
            self._services[id(result.service_definition)],
            at,
            qualified=status.qualified,
            certificate_type=_TYPES[status.qc_type],
            secure_device=status.qc_key_security.is_qscd,
        )

    def _assess(self, path: ValidationPath, at: datetime) -> QualificationResult | None:
        """The library's assessment; None for a certificate it does not know how to read."""
        try:
            return self._assessor.check_entity_cert_qualified(path, moment=at)
        except (NotImplementedError, ValueError):
            return None  # two types of certificate at once, or QcStatements that do not decode


def _signers_only(registry: TSPRegistry) -> TSPRegistry:
    """The same CA/QC services without the TSA/QTST ones, which say nothing of signers."""
    signers = TSPRegistry()
    for authority in registry.known_certificate_authorities:
        for definition in registry.applicable_service_definitions(authority, moment=None):
            if isinstance(definition, CAServiceInformation):
                signers.register_ca(definition)
    return signers


def _service(
    service: ListedService,
    at: datetime,
    *,
    qualified: bool,
    certificate_type: str | None = None,
    secure_device: bool = False,
) -> ServiceAtTime:
    return ServiceAtTime(
        at=at,
        service_name=service.information.base_info.service_name,
        territory=service.territory,
        service_type="TSA/QTST" if service.stamps_time else "CA/QC",
        granted=True,
        certificate_qualified=qualified,
        certificate_type=certificate_type,
        secure_device=secure_device,
        private_anchor=service.private,
    )


def _stamps_time(leaf: object) -> bool:
    """Whether a certificate is made for time stamps (RFC 3161, section 2.3)."""
    if not isinstance(leaf, x509.Certificate):
        return False
    usage = leaf.extended_key_usage_value
    return usage is not None and "time_stamping" in usage.native


def _is_listed_unit(path: ValidationPath, services: Sequence[ListedService]) -> bool:
    """Whether the leaf itself is the certificate that a TSA/QTST service lists."""
    return path.pkix_len == 0 and any(
        AuthorityWithCert(one) == path.trust_anchor.authority
        for service in services
        if service.stamps_time
        for one in service.information.base_info.provider_certs
    )
