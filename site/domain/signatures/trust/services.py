"""The qualified services of one trusted list, with the periods when they were granted."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import x509
from lxml import etree
from pyhanko.sign.validation.qualified.eutl_parse import read_qualified_service_definitions
from pyhanko.sign.validation.qualified.tsp import (
    CA_QC_URI,
    QTST_URI,
    CertSubjectDNCriterion,
    CriteriaList,
    Criterion,
    KeyUsageCriterion,
    PolicySetCriterion,
    Qualification,
    QualifiedServiceInformation,
)

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
            yield _ended_by_eidas(service)


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
    if not any(status.text in _GRANTED_BEFORE_EIDAS for status in _statuses(root)):
        return None
    former = deepcopy(root)
    for status in _statuses(former):
        was_granted = status.text in _GRANTED_BEFORE_EIDAS
        status.text = GRANTED if was_granted else f"{_STATUS}withdrawn"
    return former


def _statuses(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter(f"{TSL}ServiceStatus")


def _ended_by_eidas(service: ListedService) -> ListedService:
    base = service.information.base_info
    until = min(base.valid_until or EIDAS, EIDAS)
    return replace(
        service,
        information=replace(service.information, base_info=replace(base, valid_until=until)),
    )


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
