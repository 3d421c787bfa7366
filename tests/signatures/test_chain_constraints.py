"""Certificates that say more, or less, than their holder may do: no chain passes that should not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import SubIndication, Verdict
from tests.signatures.forging import AUTHORITY, Cms, Holder, Wish, crl, issue, trusting
from tests.signatures.pki import DAY, NOW, YEAR


TEXT = b"Contrat de cent euros\n"
ROOT = issue(replace(AUTHORITY, name="Racine"))
LISTED = issue(replace(AUTHORITY, name="AC"), ROOT)
UNKNOWN = ((x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"), True),)
HERSELF = x509.DirectoryName(
    x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Claude Exemple")])
)
GERMANS = x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "DE")]))
NOT_HER = ((x509.NameConstraints(None, [HERSELF]), True),)

Trusting = Callable[..., LoadedTrust]


@pytest.fixture
def trust(tmp_path: Path) -> Trusting:
    return lambda *listed, crls: trusting(tmp_path, listed, crls=[crl(one) for one in crls])


def under(trust: Trusting, authority: Holder, wish: Wish | None = None) -> DocumentReport:
    """What somebody signed whose authority is below the listed one."""
    signer = issue(wish or Wish(), authority)
    known = trust(LISTED, crls=(ROOT, LISTED, *(() if authority is LISTED else (authority,))))
    return verify(Cms(signer).der(TEXT), trust=known)


SUB = replace(AUTHORITY, name="AC fille")
BELOW = {
    "not an authority": replace(SUB, ca=False),
    "does not say what it is": replace(SUB, ca=None),
    "may sign no certificate": replace(SUB, usages=("digital_signature", "crl_sign")),
    "expired": replace(SUB, until=NOW - DAY),
    "not yet valid": replace(SUB, since=NOW + DAY, until=NOW + YEAR),
    "for Germans only": replace(SUB, more=((x509.NameConstraints([GERMANS], None), True),)),
    "for everybody but her": replace(SUB, more=NOT_HER),
    "with a condition nobody knows": replace(SUB, more=UNKNOWN),
}


def test_an_authority_below_the_listed_one_may_vouch(trust: Trusting) -> None:
    assert under(trust, issue(SUB, LISTED)).acceptable


@pytest.mark.parametrize("case", BELOW)
def test_an_authority_that_may_not_vouch_does_not(case: str, trust: Trusting) -> None:
    report = under(trust, issue(BELOW[case], LISTED))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def test_an_authority_issues_no_deeper_than_it_may(trust: Trusting) -> None:
    shallow = issue(replace(SUB, path_length=0), LISTED)
    deeper = issue(replace(AUTHORITY, name="AC petite-fille"), shallow)
    known = trust(LISTED, crls=(ROOT, LISTED, shallow, deeper))
    report = verify(Cms(issue(Wish(), deeper)).der(TEXT), trust=known)
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    "listed",
    [replace(AUTHORITY, name="AC bornée", path_length=0), replace(AUTHORITY, more=NOT_HER)],
)
def test_the_listed_authority_is_bound_by_its_own_certificate(
    listed: Wish, trust: Trusting
) -> None:
    """pyHanko reads nothing of an anchor but its name and key, as RFC 5280 lets it."""
    anchor = issue(listed, ROOT)
    below = issue(SUB, anchor)
    known = trust(anchor, crls=(anchor, below))
    assert verify(Cms(issue(Wish(), below)).der(TEXT), trust=known).verdict is not Verdict.PASSED
    other = issue(Wish("Camille"), anchor)
    assert verify(Cms(other).der(TEXT), trust=known).verdict is Verdict.PASSED


NOT_A_SIGNER = {
    "encrypts": Wish(usages=("key_encipherment",)),
    "signs lists": Wish(usages=("crl_sign",)),
    "says nothing of its use": Wish(usages=None),
    "has a condition nobody knows": Wish(more=UNKNOWN),
    "expired": Wish(until=NOW - DAY),
    "is not yet valid": Wish(since=NOW + DAY),
}


@pytest.mark.parametrize("case", NOT_A_SIGNER)
def test_a_certificate_not_made_to_sign_now_does_not(case: str, trust: Trusting) -> None:
    assert under(trust, LISTED, NOT_A_SIGNER[case]).verdict is Verdict.INDETERMINATE


def test_a_certificate_not_yet_valid_is_said_to_be(trust: Trusting) -> None:
    report = under(trust, LISTED, NOT_A_SIGNER["is not yet valid"])
    assert report.sub_indication is SubIndication.NOT_YET_VALID


@pytest.mark.parametrize("usage", ["digital_signature", "content_commitment"])
def test_either_usage_is_enough_to_sign(usage: str, trust: Trusting) -> None:
    assert under(trust, LISTED, Wish(usages=(usage,))).acceptable


def test_a_time_stamping_certificate_makes_no_signature_of_a_person(trust: Trusting) -> None:
    stamper = Wish(extended=(ExtendedKeyUsageOID.TIME_STAMPING,))
    assert not under(trust, LISTED, stamper).acceptable


@pytest.mark.parametrize(
    ("purposes", "critical", "verdict"),
    [
        ([ExtendedKeyUsageOID.TIME_STAMPING], True, Verdict.INDETERMINATE),
        ([ExtendedKeyUsageOID.SERVER_AUTH], True, Verdict.INDETERMINATE),
        ([ExtendedKeyUsageOID.TIME_STAMPING], False, Verdict.PASSED),
        ([ExtendedKeyUsageOID.EMAIL_PROTECTION], True, Verdict.PASSED),
        (
            [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION],
            True,
            Verdict.PASSED,
        ),
    ],
)
def test_a_certificate_reserved_for_something_else_signs_nothing(
    purposes: list[ObjectIdentifier], critical: bool, verdict: Verdict, trust: Trusting
) -> None:
    """RFC 5280, 4.2.1.12: a critical list of purposes binds."""
    wish = Wish(more=((x509.ExtendedKeyUsage(purposes), critical),))
    report = under(trust, LISTED, wish)
    assert report.verdict is verdict
    if verdict is Verdict.INDETERMINATE:
        assert report.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


def test_a_certificate_listed_itself_needs_nobody_above(trust: Trusting) -> None:
    """A private trust DIR may name a person: it was called unreadable."""
    signer = issue(Wish())
    report = verify(Cms(signer).der(TEXT), trust=trust(signer, crls=()))
    assert report.verdict is Verdict.PASSED
    other = issue(Wish())
    assert verify(Cms(other).der(TEXT), trust=trust(signer, crls=())).verdict is not Verdict.PASSED
