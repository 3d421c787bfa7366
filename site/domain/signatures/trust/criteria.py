"""Which certificates of a service a qualifier concerns (ETSI TS 119 612, clause 5.5.9.2).

pyHanko 0.38 is content with one of several key usages, passes a criterion that only forbids,
takes a certificate without purposes for one of every purpose, and does not know a policy
written as an URN. A qualifier read so can make a signature qualified that is not.
"""

from dataclasses import dataclass, replace

from asn1crypto import x509
from pyhanko.sign.validation.qualified.tsp import (
    CertSubjectDNCriterion,
    CriteriaList,
    Criterion,
    KeyUsageCriterion,
    PolicySetCriterion,
    Qualification,
    QualifiedServiceInformation,
)


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
