"""Each way a signed PDF can be sound or go wrong, and the verdict on it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pyhanko.sign.fields import MDPPerm

from communaute.domain.signatures.report import DocumentReport, SignatureReport
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Format,
    Level,
    Qualified,
    TimeSource,
    Verdict,
)
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import add_comment, fill_field, replace_text, update
from tests.signatures.pki import DAY, EXPIRED_SINCE, NOW, REVOKED_SINCE, YEAR, YOUNG_SINCE


HOUR = timedelta(hours=1)
PLAIN = blank_pdf()
WHILE_VALID = EXPIRED_SINCE - YEAR

Maker = Callable[[Office], bytes]

PASSED: dict[str, Maker] = {
    "b-b": lambda o: o.sign(PLAIN),
    "b-t": lambda o: o.sign(PLAIN, at=NOW - HOUR),
    "b-lt": lambda o: o.add_revocation(o.sign(PLAIN, at=NOW - HOUR), NOW),
    "b-lta": lambda o: o.stamp(o.add_revocation(o.sign(PLAIN, at=NOW - HOUR), NOW), NOW),
    "document time stamp only": lambda o: o.stamp(o.sign(PLAIN), NOW - HOUR),
    "elliptic curve": lambda o: o.sign(PLAIN, "ec"),
    "no chain sent": lambda o: o.sign(PLAIN, chain=False),
    "two signers": lambda o: o.sign(o.sign(PLAIN), "ec", field="Other"),
    "certified, filling allowed": lambda o: update(
        o.sign(PLAIN, certify=MDPPerm.FILL_FORMS), fill_field
    ),
    "revoked after a proven time": lambda o: o.sign(PLAIN, "revoked", at=REVOKED_SINCE - DAY),
    "expired, lists of after the proven time": lambda o: o.add_revocation(
        o.sign(PLAIN, "expired", at=WHILE_VALID), WHILE_VALID + 10 * DAY
    ),
    "expired, answers of after the proven time": lambda o: o.add_revocation(
        o.sign(PLAIN, "expired", at=WHILE_VALID), WHILE_VALID + 10 * DAY, ["expired"]
    ),
    "expired, archived in time": lambda o: o.stamp(
        o.add_revocation(o.sign(PLAIN, "expired", at=WHILE_VALID), WHILE_VALID),
        WHILE_VALID + DAY,
    ),
}

# Sound but not acceptable: the verdict is technical, the arrêté asks for more.
PASSED_ONLY: dict[str, tuple[Maker, Criterion]] = {
    "pkcs7": (lambda o: o.sign(PLAIN, pades=False), Criterion.FORMAT),
    "not qualified": (lambda o: o.sign(PLAIN, "noqc"), Criterion.CERTIFICATE_CATEGORY),
    "a seal": (lambda o: o.sign(PLAIN, "seal"), Criterion.CERTIFICATE_CATEGORY),
    "filled in without permission": (
        lambda o: update(o.sign(PLAIN), fill_field),
        Criterion.INTEGRITY,
    ),
}

NOT_PASSED: dict[str, tuple[Maker, str]] = {
    "expired": (lambda o: o.sign(PLAIN, "expired"), "OUT_OF_BOUNDS_NO_POE"),
    "expired, time proven but no list of then": (
        lambda o: o.sign(PLAIN, "expired", at=WHILE_VALID),
        "OUT_OF_BOUNDS_NO_POE",
    ),
    "expired, lists of before the proven time": (
        lambda o: o.add_revocation(
            o.sign(PLAIN, "expired", at=WHILE_VALID), WHILE_VALID - 30 * DAY
        ),
        "OUT_OF_BOUNDS_NO_POE",
    ),
    "stamped after expiry": (
        lambda o: o.sign(PLAIN, "expired", at=NOW - HOUR),
        "OUT_OF_BOUNDS_NO_POE",
    ),
    "stamped after expiry, with lists": (
        lambda o: o.add_revocation(o.sign(PLAIN, "expired", at=NOW - HOUR), NOW),
        "OUT_OF_BOUNDS_NO_POE",
    ),
    "stamped before validity": (
        lambda o: o.sign(PLAIN, "young", at=YOUNG_SINCE - DAY),
        "NOT_YET_VALID",
    ),
    "revoked": (lambda o: o.sign(PLAIN, "revoked"), "REVOKED_NO_POE"),
    "stamped after revocation": (
        lambda o: o.sign(PLAIN, "revoked", at=REVOKED_SINCE + DAY),
        "REVOKED_NO_POE",
    ),
    "stamped after revocation, with a list of before": (
        lambda o: o.stamp(
            o.add_revocation(o.sign(PLAIN, "revoked", at=REVOKED_SINCE + DAY), REVOKED_SINCE - DAY),
            REVOKED_SINCE + 2 * DAY,
        ),
        "REVOKED_NO_POE",
    ),
    "unknown authority": (lambda o: o.sign(PLAIN, "stranger"), "NO_CERTIFICATE_CHAIN_FOUND"),
    "impostor of the authority": (
        lambda o: o.sign(PLAIN, "impostor"),
        "NO_CERTIFICATE_CHAIN_FOUND",
    ),
    "certificate issued by a signer": (
        lambda o: o.sign(PLAIN, "by-signer"),
        "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    ),
    "expired, stamped by a stranger": (
        lambda o: o.sign(PLAIN, "expired", at=WHILE_VALID, tsa="stranger-tsa"),
        "OUT_OF_BOUNDS_NO_POE",
    ),
    "sha1": (lambda o: o.sign(PLAIN, digest="sha1"), "CRYPTO_CONSTRAINTS_FAILURE"),
    "short key": (lambda o: o.sign(PLAIN, "weak"), "CRYPTO_CONSTRAINTS_FAILURE"),
    "certificate of a web server": (
        lambda o: o.sign(PLAIN, "server"),
        "CHAIN_CONSTRAINTS_FAILURE",
    ),
}

FAILED: dict[str, tuple[Maker, str]] = {
    "a byte of the text": (
        lambda o: o.sign(PLAIN).replace(b"cent euros", b"cinq euros"),
        "HASH_FAILURE",
    ),
    "text replaced in an update": (lambda o: update(o.sign(PLAIN), replace_text), "FORMAT_FAILURE"),
    "note laid over the page": (lambda o: update(o.sign(PLAIN), add_comment), "FORMAT_FAILURE"),
    "certified, filling forbidden": (
        lambda o: update(o.sign(PLAIN, certify=MDPPerm.NO_CHANGES), fill_field),
        "FORMAT_FAILURE",
    ),
    "text replaced, then signed again": (
        lambda o: o.sign(update(o.sign(PLAIN), replace_text), "ec", field="Other"),
        "FORMAT_FAILURE",
    ),
    "text replaced, then archived": (
        lambda o: o.stamp(update(o.sign(PLAIN), replace_text), NOW),
        "FORMAT_FAILURE",
    ),
}


def only(report: DocumentReport) -> SignatureReport:
    (signature,) = report.signatures
    return signature


def answer(signature: SignatureReport, criterion: Criterion) -> Answer:
    return next(p.answer for p in signature.points if p.criterion is criterion)


@pytest.mark.parametrize("case", PASSED)
def test_a_sound_signature_of_a_qualified_certificate_is_acceptable(
    case: str, office: Office, check: Verifier
) -> None:
    report = check(PASSED[case](office))
    assert (report.verdict, report.sub_indication) == (Verdict.PASSED, None)
    assert report.acceptable
    assert all(s.qualified is Qualified.QES for s in report.signatures)


@pytest.mark.parametrize("case", PASSED_ONLY)
def test_what_the_arrete_does_not_admit_passes_but_is_not_acceptable(
    case: str, office: Office, check: Verifier
) -> None:
    make, lacking = PASSED_ONLY[case]
    report = check(make(office))
    assert report.verdict is Verdict.PASSED
    assert not report.acceptable
    others = [c for c in Criterion if c is not lacking]
    assert answer(only(report), lacking) is not Answer.YES
    assert all(answer(only(report), c) is Answer.YES for c in others)


@pytest.mark.parametrize("case", NOT_PASSED)
def test_what_cannot_be_established_is_indeterminate(
    case: str, office: Office, check: Verifier
) -> None:
    make, sub_indication = NOT_PASSED[case]
    report = check(make(office))
    assert (report.verdict, report.sub_indication) == (Verdict.INDETERMINATE, sub_indication)
    assert not report.acceptable


@pytest.mark.parametrize("case", FAILED)
def test_what_was_altered_is_refused(case: str, office: Office, check: Verifier) -> None:
    make, sub_indication = FAILED[case]
    report = check(make(office))
    assert (report.verdict, report.sub_indication) == (Verdict.FAILED, sub_indication)
    assert answer(report.signatures[0], Criterion.INTEGRITY) is Answer.NO
    assert not report.acceptable


@pytest.mark.parametrize(
    ("case", "level", "source"),
    [
        ("b-b", Level.B_B, TimeSource.DECLARED),
        ("b-t", Level.B_T, TimeSource.SIGNATURE_TIMESTAMP),
        ("b-lt", Level.B_LT, TimeSource.SIGNATURE_TIMESTAMP),
        ("b-lta", Level.B_LTA, TimeSource.SIGNATURE_TIMESTAMP),
        ("document time stamp only", Level.B_T, TimeSource.DOCUMENT_TIMESTAMP),
    ],
)
def test_the_level_says_what_the_signature_really_carries(
    case: str, level: Level, source: TimeSource, office: Office, check: Verifier
) -> None:
    facts = only(check(PASSED[case](office))).facts
    assert (facts.format, facts.level, facts.time_source) == (Format.PADES, level, source)


def test_a_security_store_that_says_nothing_of_the_chain_does_not_make_a_long_term_level(
    office: Office, check: Verifier
) -> None:
    empty = office.add_revocation(office.sign(PLAIN, at=NOW - HOUR), NOW, crls=False)
    assert only(check(empty)).facts.level is Level.B_T


def test_a_certificate_without_a_secure_device_makes_no_qualified_signature(
    office: Office, check: Verifier
) -> None:
    report = check(office.sign(PLAIN, "adesqc"))
    assert only(report).qualified is Qualified.ADES_QC
    assert report.acceptable


def test_without_revocation_data_nothing_is_passed(
    office: Office, offline_trust: LoadedTrust
) -> None:
    for document in (office.sign(PLAIN), office.sign(PLAIN, at=NOW - HOUR)):
        report = verify(document, trust=offline_trust)
        assert report.verdict is Verdict.INDETERMINATE
    carried = office.add_revocation(office.sign(PLAIN), NOW)
    assert verify(carried, trust=offline_trust).verdict is Verdict.PASSED


def test_answers_on_one_certificate_serve_as_well_as_lists(
    office: Office, offline_trust: LoadedTrust
) -> None:
    good = office.add_revocation(office.sign(PLAIN), NOW, ["signer"], crls=False)
    bad = office.add_revocation(office.sign(PLAIN, "revoked"), NOW, ["revoked"], crls=False)
    old = office.add_revocation(office.sign(PLAIN), NOW - DAY, ["signer"], crls=False)
    other = office.add_revocation(office.sign(PLAIN), NOW, ["adesqc"], crls=False)
    at = NOW + timedelta(minutes=1)
    reports = [verify(d, trust=offline_trust, at=at) for d in (good, bad, old, other)]
    assert [r.verdict for r in reports] == [Verdict.PASSED, *[Verdict.INDETERMINATE] * 3]
    assert reports[1].sub_indication == "REVOKED_NO_POE"


def test_a_newer_revocation_prevails_over_an_older_good_answer(
    office: Office, check: Verifier, offline_trust: LoadedTrust
) -> None:
    """pyHanko is content with the answer; the list that the server has says more."""
    before = REVOKED_SINCE - timedelta(minutes=2)
    signed = office.sign(PLAIN, "revoked", at=REVOKED_SINCE + DAY)
    carried = office.add_revocation(signed, before, ["revoked"], crls=False)
    at = REVOKED_SINCE + DAY
    assert check(carried).verdict is Verdict.INDETERMINATE
    assert check(carried).sub_indication == "REVOKED_NO_POE"
    assert verify(carried, trust=offline_trust, at=at).verdict is Verdict.INDETERMINATE


def test_one_bad_signature_hides_no_good_one(office: Office, check: Verifier) -> None:
    report = check(office.sign(office.sign(PLAIN), "stranger", field="Other"))
    assert [s.verdict for s in report.signatures] == [Verdict.PASSED, Verdict.INDETERMINATE]
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable


def test_an_unreadable_signature_hides_no_good_one(office: Office, check: Verifier) -> None:
    document = office.sign(PLAIN)
    broken = office.sign(document, "ec", field="Other")
    start = broken.index(b"/Contents <", len(document)) + len(b"/Contents <")
    report = check(broken[:start] + b"00" * 40 + broken[start + 80 :])
    assert [s.verdict for s in report.signatures] == [Verdict.PASSED, Verdict.INDETERMINATE]
    assert report.signatures[1].facts.faults == ("unreadable",)


def test_a_proven_time_and_a_claimed_one_are_told_apart(office: Office, check: Verifier) -> None:
    claimed = only(check(office.sign(PLAIN))).facts
    proven = only(check(office.sign(PLAIN, at=NOW - HOUR))).facts
    assert claimed.proven_at is None
    assert claimed.declared_at is not None
    assert proven.proven_at == NOW - HOUR
