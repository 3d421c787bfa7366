"""What the lists add to a certificate, or take from it: qualifiers, periods, kinds of service."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.trust.store import load_trust, with_revocation
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Qualified, Verdict
from tests.signatures.forging import AUTHORITY, QUALIFIED, Cms, Holder, Wish, crl, issue
from tests.signatures.pki import NOW, YEAR
from tests.signatures.trusted_lists import (
    CA_QC,
    QTST,
    Period,
    Pointer,
    Service,
    Signer,
    TrustedList,
    a_signer,
    anchors_of,
    signed,
)


TEXT = b"Contrat de cent euros\n"
COMMISSION = a_signer("Commission d’essai")
FRANCE = a_signer("Autorité française d’essai")
CA_PKC = "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"
COMPLIANCE, DEVICE, ESIGN = QUALIFIED
LONG_AGO = Period(datetime(2016, 7, 1, tzinfo=UTC))
_QUALIFIER = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
_SCHEMA = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"

Ask = Callable[..., DocumentReport]


@pytest.fixture(scope="module")
def authority() -> Holder:
    return issue(replace(AUTHORITY, name="AC listée", since=NOW - 12 * YEAR))


@pytest.fixture
def ask(authority: Holder, tmp_path: Path) -> Ask:
    """Verify what somebody signed, his authority being a service of the French list."""

    def asked(
        *statements: dict[str, Any],
        kind: str = CA_QC,
        periods: tuple[Period, ...] = (LONG_AGO,),
        extension: str = "",
        since: datetime = NOW - YEAR,
    ) -> DocumentReport:
        named = Signer("AC listée", authority.key, authority.certificate)  # type: ignore[arg-type]
        french = TrustedList("FR", services=(Service(named, kind, periods, extension),))
        top = TrustedList("EU", pointers=(Pointer("FR", (FRANCE,)),))
        (tmp_path / "lists").mkdir(exist_ok=True)
        (tmp_path / "lists" / "eu.xml").write_bytes(signed(top, COMMISSION))
        (tmp_path / "lists" / "fr.xml").write_bytes(signed(french, FRANCE))
        trust = load_trust(tmp_path, lambda: anchors_of(COMMISSION))
        policies = x509.CertificatePolicies(
            [x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)]
        )
        wish = Wish(statements=statements or None, since=since, more=((policies, False),))
        person = issue(wish, authority)
        return verify(Cms(person).der(TEXT), trust=with_revocation(trust, [crl(authority)]))

    return asked


def bits(**wanted: str) -> str:
    named = "".join(
        f'<q:KeyUsageBit name="{bit}">{yes}</q:KeyUsageBit>' for bit, yes in wanted.items()
    )
    return f"<q:KeyUsage>{named}</q:KeyUsage>"


def policy(identifier: str) -> str:
    return (
        '<q:PolicySet><q:PolicyIdentifier><x:Identifier xmlns:x="http://uri.etsi.org/01903/v1.3.2#">'
        f"{identifier}</x:Identifier></q:PolicyIdentifier></q:PolicySet>"
    )


def purpose(identifier: str) -> str:
    return (
        '<q:otherCriteriaList><p:ExtendedKeyUsage xmlns:p="http://uri.etsi.org/02231/v2/additionaltypes#">'
        '<p:KeyPurposeId><x:Identifier xmlns:x="http://uri.etsi.org/01903/v1.3.2#">'
        f"{identifier}</x:Identifier></p:KeyPurposeId></p:ExtendedKeyUsage></q:otherCriteriaList>"
    )


def qualifier(*names: str, criteria: str = bits(nonRepudiation="true")) -> str:
    """The extension of a service that qualifies the certificates which meet the criteria."""
    uris = "".join(f'<q:Qualifier uri="{_QUALIFIER}{name}"/>' for name in names)
    return (
        f'<Extension Critical="true"><q:Qualifications xmlns:q="{_SCHEMA}">'
        f"<q:QualificationElement><q:Qualifiers>{uris}</q:Qualifiers>"
        f'<q:CriteriaList assert="all">{criteria}</q:CriteriaList>'
        "</q:QualificationElement></q:Qualifications></Extension>"
    )


def additional(name: str) -> str:
    return (
        '<Extension Critical="true"><AdditionalServiceInformation>'
        f'<URI xml:lang="en">{_QUALIFIER}{name}</URI>'
        "</AdditionalServiceInformation></Extension>"
    )


SAYS = [
    pytest.param((), "", Qualified.NO, id="nothing says it is qualified"),
    pytest.param((COMPLIANCE,), "", Qualified.ADES_QC, id="qualified"),
    pytest.param((COMPLIANCE, DEVICE), "", Qualified.QES, id="in a device"),
    pytest.param((DEVICE,), "", Qualified.NO, id="in a device, not qualified"),
    pytest.param((), qualifier("QCStatement"), Qualified.ADES_QC, id="the list says qualified"),
    pytest.param(
        (COMPLIANCE,), qualifier("QCWithQSCD"), Qualified.QES, id="the list says in a device"
    ),
    pytest.param(
        (COMPLIANCE, DEVICE), qualifier("QCNoQSCD"), Qualified.ADES_QC, id="the list: no device"
    ),
    pytest.param(
        (COMPLIANCE, DEVICE, ESIGN), qualifier("NotQualified"), Qualified.NO, id="not qualified"
    ),
    pytest.param(
        (COMPLIANCE, DEVICE), qualifier("QCForESeal"), Qualified.NO, id="the list says a seal"
    ),
    pytest.param(
        (COMPLIANCE, DEVICE, ESIGN), qualifier("QCForESig"), Qualified.QES, id="the list: esign"
    ),
    pytest.param(
        (COMPLIANCE, DEVICE), additional("ForeSeals"), Qualified.NO, id="a service of seals"
    ),
    pytest.param(
        (COMPLIANCE, DEVICE), additional("ForeSignatures"), Qualified.QES, id="of signatures"
    ),
]


@pytest.mark.parametrize(("statements", "extension", "expected"), SAYS)
def test_list_and_certificate_together_say_what_a_signature_is(
    statements: tuple[dict[str, Any], ...], extension: str, expected: Qualified, ask: Ask
) -> None:
    report = ask(*statements, extension=extension)
    assert report.verdict is Verdict.PASSED
    assert report.signatures[0].qualified is expected
    assert report.acceptable is (expected is not Qualified.NO)


# The certificates of these tests may sign and commit, have the policy 1.2.3 and no purpose.
MEETS = [
    (bits(nonRepudiation="true", digitalSignature="true"), True),
    (bits(nonRepudiation="true", keyEncipherment="false"), True),
    (bits(keyEncipherment="false"), True),
    (bits(nonRepudiation="false"), False),
    (bits(nonRepudiation="true", keyEncipherment="true"), False),
    (bits(nonRepudiation="true", digitalSignature="false"), False),
    (policy("1.2.3"), True),
    (policy("urn:oid:1.2.3"), True),
    (policy("1.2.4"), False),
    (policy("1.2.3") + bits(nonRepudiation="false"), False),
    (purpose("1.3.6.1.5.5.7.3.4"), False),
]


@pytest.mark.parametrize(("criteria", "met"), MEETS)
def test_a_qualifier_concerns_the_certificates_that_meet_every_criterion(
    criteria: str, met: bool, ask: Ask
) -> None:
    """Each of these that is not met, or met in another form, pyHanko 0.38 reads wrongly."""
    report = ask(COMPLIANCE, extension=qualifier("QCWithQSCD", criteria=criteria))
    assert report.signatures[0].qualified is (Qualified.QES if met else Qualified.ADES_QC)


@pytest.mark.parametrize("kind", [CA_PKC, QTST])
def test_only_a_service_for_qualified_certificates_vouches_for_a_signer(
    kind: str, ask: Ask
) -> None:
    assert ask(*QUALIFIED, kind=kind).verdict is Verdict.INDETERMINATE


def test_a_service_withdrawn_before_the_signature_makes_nothing_acceptable(ask: Ask) -> None:
    periods = (Period(NOW - YEAR / 2, "withdrawn"), LONG_AGO)
    report = ask(*QUALIFIED, periods=periods)
    assert report.signatures[0].qualified is not Qualified.QES
    assert not report.acceptable


def test_a_certificate_issued_before_its_service_was_granted_is_not_qualified(ask: Ask) -> None:
    periods = (Period(NOW - YEAR),)
    assert ask(*QUALIFIED, periods=periods, since=NOW - YEAR / 2).acceptable
    before = ask(*QUALIFIED, periods=periods, since=NOW - 2 * YEAR)
    assert before.signatures[0].qualified is Qualified.NO
    assert not before.acceptable
