"""The qualified services of a trusted list, with the periods when they were granted, and whom they cover."""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import x509
from lxml import etree
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.eutl_parse import read_qualified_service_definitions
from pyhanko.sign.validation.qualified.q_status import QualificationResult
from pyhanko.sign.validation.qualified.tsp import (
    CA_QC_URI,
    QTST_URI,
    CAServiceInformation,
    CertSubjectDNCriterion,
    CriteriaList,
    Criterion,
    KeyUsageCriterion,
    PolicySetCriterion,
    QcCertType,
    QTSTServiceInformation,
    Qualification,
    QualifiedServiceInformation,
    TSPRegistry,
)
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.facts import ServiceAtTime
from communaute.domain.signatures.trust.reading import TSL


_STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
GRANTED = f"{_STATUS}granted"
# Before eIDAS applied, these were the statuses of a service issuing qualified certificates
# (ETSI TS 119 615, clause 4.1.4 d; same rule in the European Commission's DSS).
_GRANTED_BEFORE_EIDAS = frozenset(
    f"{_STATUS}{name}" for name in ("undersupervision", "supervisionincessation", "accredited")
)
EIDAS = datetime(2016, 7, 1, tzinfo=UTC)
_SERVICE_TYPES = frozenset({CA_QC_URI, QTST_URI})
_TAKEN_OVER_BY = "{http://uri.etsi.org/02231/v2/additionaltypes#}TakenOverBy"
_ADDITIONAL_INFORMATION = f"{TSL}AdditionalServiceInformation"


@dataclass(frozen=True, slots=True, eq=False)
class ListedService:
    """One service during one period when it was granted, and where that is written."""

    information: QualifiedServiceInformation
    territory: str
    private: bool = False
    """True for an anchor of the trust DIR that no list names."""

    @property
    def stamps_time(self) -> bool:
        """Whether this is a TSA/QTST service; else it is a CA/QC one."""
        return self.information.base_info.service_type == QTST_URI

    def granted_at(self, moment: datetime) -> bool:
        """Whether the service was granted at that moment."""
        base = self.information.base_info
        return base.valid_from <= moment and (
            base.valid_until is None or moment <= base.valid_until
        )


def read_services(root: etree._Element, territory: str) -> Iterator[ListedService]:
    """Read the CA/QC and TSA/QTST services of a verified list, present and past."""
    _keep_only_services(root)
    _soften_extensions(root)
    former = _former_statuses(root)
    yield from _definitions(root, territory)
    if former is not None:
        for service in _definitions(former, territory):
            base = service.information.base_info
            ended = replace(base, valid_until=min(base.valid_until or EIDAS, EIDAS))
            yield replace(service, information=replace(service.information, base_info=ended))


def _definitions(root: etree._Element, territory: str) -> Iterator[ListedService]:
    for information in read_qualified_service_definitions(etree.tostring(root, encoding="unicode")):
        yield ListedService(as_written(information), territory)


def _keep_only_services(root: etree._Element) -> None:
    """Drop the services of other types: two thirds of some lists, that nothing here reads."""
    for service in root.findall(f".//{TSL}TSPService"):
        kind = service.findtext(f"{TSL}ServiceInformation/{TSL}ServiceTypeIdentifier")
        if (kind or "").strip() not in _SERVICE_TYPES:
            service.getparent().remove(service)


def _soften_extensions(root: etree._Element) -> None:
    """Let the library read services that it would drop for an extension it does not know.

    TakenOverBy (clause 5.5.9.3) says who is liable now and changes nothing to the status; the
    additional information of a time-stamping service (5.5.9.4) narrows nothing.
    """
    for extension in root.iter(f"{TSL}Extension"):
        if extension.find(_TAKEN_OVER_BY) is not None or (
            extension.find(_ADDITIONAL_INFORMATION) is not None and _stamps_time(extension)
        ):
            extension.set("Critical", "false")


def _stamps_time(extension: etree._Element) -> bool:
    service = next(extension.iterancestors(f"{TSL}TSPService"))
    kind = service.findtext(f"{TSL}ServiceInformation/{TSL}ServiceTypeIdentifier")
    return bool(kind and kind.strip() == QTST_URI)


def _former_statuses(root: etree._Element) -> etree._Element | None:
    """A copy where the pre-eIDAS statuses read « granted » and nothing else does."""
    if not any(status.text in _GRANTED_BEFORE_EIDAS for status in root.iter(f"{TSL}ServiceStatus")):
        return None
    former = deepcopy(root)
    for status in former.iter(f"{TSL}ServiceStatus"):
        was_granted = status.text in _GRANTED_BEFORE_EIDAS
        status.text = GRANTED if was_granted else f"{_STATUS}withdrawn"
    return former


# Which certificates of a service a qualifier concerns (ETSI TS 119 612, clause 5.5.9.2).
#
# pyHanko 0.38 is content with one of several key usages, passes a criterion that only forbids,
# takes a certificate without purposes for one of every purpose, and does not know a policy written
# as an URN. A qualifier read so can make a signature qualified that is not.

_URN = "urn:oid:"


@dataclass(frozen=True)
class KeyUsageBits(Criterion):
    """Every bit has the value the list gives it; a bit it does not name may be anything."""

    required: frozenset[str]
    forbidden: frozenset[str]

    def matches(self, cert: x509.Certificate) -> bool:
        """Say whether a certificate has these bits and not the others."""
        usage = cert.key_usage_value
        found = set() if usage is None else usage.native
        return self.required <= found and not self.forbidden & found


@dataclass(frozen=True)
class KeyPurposes(Criterion):
    """Every purpose is written in the certificate."""

    required: frozenset[str]

    def matches(self, cert: x509.Certificate) -> bool:
        """Say whether a certificate is made for these purposes."""
        return self.required <= {one.dotted for one in cert.extended_key_usage_value or ()}


def as_written(information: QualifiedServiceInformation) -> QualifiedServiceInformation:
    """Give a service whose criteria are those of its list."""
    found = frozenset(
        Qualification(one.qualifiers, _all(one.criteria_list)) for one in information.qualifications
    )
    return replace(information, qualifications=found)


def _all(criteria: CriteriaList) -> CriteriaList:
    return CriteriaList(criteria.combine_as, frozenset(map(_one, criteria.criteria)))


def _one(criterion: Criterion) -> Criterion:
    if isinstance(criterion, CriteriaList):
        return _all(criterion)
    if isinstance(criterion, PolicySetCriterion):
        return PolicySetCriterion(_dotted(criterion.required_policy_oids))
    if isinstance(criterion, CertSubjectDNCriterion):
        return CertSubjectDNCriterion(_dotted(criterion.required_rdn_part_oids))
    if not isinstance(criterion, KeyUsageCriterion):
        return criterion
    wanted = criterion.settings
    if wanted.extd_key_usage is not None:
        return KeyPurposes(_dotted(frozenset(wanted.extd_key_usage)))
    return KeyUsageBits(
        frozenset(wanted.key_usage or ()), frozenset(wanted.key_usage_forbidden or ())
    )


def _dotted(identifiers: frozenset[str]) -> frozenset[str]:
    return frozenset(one.strip().lower().removeprefix(_URN) for one in identifiers)


# Which of them covers a certificate, at a moment, and what it says of it (ETSI TS 119 615).


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
        if _is_for_time(path.leaf) or _is_listed_unit(path, found):
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


def _is_for_time(leaf: object) -> bool:
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
