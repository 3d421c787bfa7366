"""Lists and answers about a certificate: whose they are, what they speak of, until when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from cryptography.x509.oid import ObjectIdentifier as Oid
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import SubIndication, Verdict
from tests.signatures.documents import blank_pdf, sign_as
from tests.signatures.forging import (
    AUTHORITY,
    STAMPER,
    Cms,
    Holder,
    Wish,
    crl,
    issue,
    ocsp,
    trusting,
)
from tests.signatures.pki import DAY, NOW, YEAR


TEXT = b"Contrat de cent euros\n"
HOUR = timedelta(hours=1)
WHERE = "http://liste.example/c.crl"
_ACCESS = x509.AccessDescription(
    AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example/")
)
_POINT = x509.DistributionPoint([x509.UniformResourceIdentifier(WHERE)], None, None, None)
ASKED = (
    (x509.AuthorityInformationAccess([_ACCESS]), False),
    (x509.CRLDistributionPoints([_POINT]), False),
)
ROOT = issue(replace(AUTHORITY, name="Racine"))
LISTED = issue(replace(AUTHORITY, name="AC"), ROOT)
SAME_NAME = issue(replace(AUTHORITY, name="AC"))
ELSEWHERE = issue(replace(AUTHORITY, name="Autre AC"))
SIGNER = issue(Wish(more=ASKED), LISTED)
COLLEAGUE = issue(Wish("Autre", more=ASKED), LISTED)
SERIAL = SIGNER.certificate.serial_number
_RESPONDER = Wish("Répondeur", usages=("digital_signature",), statements=None)
_ANSWERS = replace(
    _RESPONDER,
    extended=(ExtendedKeyUsageOID.OCSP_SIGNING,),
    more=((x509.OCSPNoCheck(), False),),
)
RESPONDER = issue(_ANSWERS, LISTED)

Ask = Callable[..., DocumentReport]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Verify what the signer signed, with these lists and answers and nothing else."""

    def asked(
        crls: Sequence[bytes] = (), ocsps: Sequence[bytes] = (), signer: Holder = SIGNER
    ) -> DocumentReport:
        trust = trusting(tmp_path, [LISTED], crls=crls, ocsps=ocsps)
        return verify(Cms(signer).der(TEXT), trust=trust)

    return asked


def scope(**only: Any) -> list[tuple[x509.ExtensionType, bool]]:
    """The extension by which a list says what it speaks of."""
    usual = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return [(x509.IssuingDistributionPoint(**(usual | only)), True)]


def at(address: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(address)]


def by(wish: Wish, issuer: Holder = LISTED) -> bytes:
    responder = issue(wish, issuer)
    return ocsp(LISTED, SIGNER, by=responder)


GOOD: dict[str, tuple[list[bytes], list[bytes]]] = {
    "list": ([crl(LISTED)], []),
    "list of persons": ([crl(LISTED, more=scope(only_contains_user_certs=True))], []),
    "list of its point": ([crl(LISTED, more=scope(full_name=at(WHERE)))], []),
    "answer of the authority": ([], [ocsp(LISTED, SIGNER)]),
    "answer of its responder": ([], [ocsp(LISTED, SIGNER, by=RESPONDER)]),
    "answer from a clock ahead": ([], [ocsp(LISTED, SIGNER, since=NOW + timedelta(minutes=3))]),
}
_UNKNOWN = [(x509.UnrecognizedExtension(Oid("1.2.3.4"), b"\x05\x00"), True)]
USELESS: dict[str, tuple[list[bytes], list[bytes]]] = {
    "nothing": ([], []),
    "list past its date": ([crl(LISTED, at=NOW - 20 * DAY, due=NOW - 10 * DAY)], []),
    "list of tomorrow": ([crl(LISTED, at=NOW + DAY, due=NOW + 9 * DAY)], []),
    "list of a namesake": ([crl(SAME_NAME)], []),
    "list in its name by another": ([crl(ELSEWHERE, name=LISTED.certificate.subject)], []),
    "list of another": ([crl(ELSEWHERE)], []),
    "list of authorities": ([crl(LISTED, more=scope(only_contains_ca_certs=True))], []),
    "list of attributes": ([crl(LISTED, more=scope(only_contains_attribute_certs=True))], []),
    "list of some reasons": (
        [crl(LISTED, more=scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})))],
        [],
    ),
    "list of another point": ([crl(LISTED, more=scope(full_name=at(WHERE + "x")))], []),
    "part of a list": ([crl(LISTED, more=[(x509.DeltaCRLIndicator(1), True)])], []),
    "list with a condition nobody knows": ([crl(LISTED, more=_UNKNOWN)], []),
    "answer on a colleague": ([], [ocsp(LISTED, COLLEAGUE)]),
    "answer of a namesake": ([], [ocsp(SAME_NAME, SIGNER)]),
    "answer « unknown »": ([], [ocsp(LISTED, SIGNER, status="unknown")]),
    "answer past its date": ([], [ocsp(LISTED, SIGNER, since=NOW - 9 * DAY, until=NOW - DAY)]),
    "answer of tomorrow": ([], [ocsp(LISTED, SIGNER, since=NOW + DAY, until=NOW + 2 * DAY)]),
    "old answer without date": ([], [ocsp(LISTED, SIGNER, since=NOW - 9 * DAY, until=None)]),
    "answer of no responder": ([], [by(_RESPONDER)]),
    "answer of the signer himself": ([], [ocsp(LISTED, SIGNER, by=SIGNER)]),
    "answer of an expired responder": ([], [by(replace(_ANSWERS, until=NOW - DAY))]),
    "answer of another's responder": ([], [by(_ANSWERS, ELSEWHERE)]),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_the_authority_says_good_passes(case: str, ask: Ask) -> None:
    assert ask(*GOOD[case]).acceptable


@pytest.mark.parametrize("case", USELESS)
def test_what_does_not_speak_of_the_certificate_now_says_nothing(case: str, ask: Ask) -> None:
    assert ask(*USELESS[case]).verdict is Verdict.INDETERMINATE


REVOKED = crl(LISTED, {SERIAL: NOW - DAY})
OLD_REVOKED = crl(LISTED, {SERIAL: NOW - 9 * DAY}, at=NOW - 8 * DAY, due=NOW - 7 * DAY)
SAID_REVOKED = ocsp(LISTED, SIGNER, status="revoked", revoked_at=NOW - DAY)


@pytest.mark.parametrize(
    ("crls", "ocsps"),
    [
        ([REVOKED], []),
        ([], [SAID_REVOKED]),
        ([crl(LISTED)], [SAID_REVOKED]),
        ([REVOKED], [ocsp(LISTED, SIGNER)]),
        ([crl(LISTED), OLD_REVOKED], []),
        (
            [
                crl(LISTED, more=scope(full_name=at(WHERE))),
                crl(LISTED, {SERIAL: NOW - DAY}, more=scope(full_name=at(WHERE + "x"))),
            ],
            [],
        ),
    ],
)
def test_one_authentic_revocation_prevails_over_every_good(
    crls: list[bytes], ocsps: list[bytes], ask: Ask
) -> None:
    assert ask(crls, ocsps).sub_indication is SubIndication.REVOKED_NO_POE


def test_a_revocation_by_who_may_not_answer_condemns_nobody(ask: Ask) -> None:
    responder = issue(_RESPONDER, LISTED)
    said = ocsp(LISTED, SIGNER, by=responder, status="revoked", revoked_at=NOW - DAY)
    assert ask([crl(LISTED)], [said]).acceptable


def test_an_answer_that_cannot_be_read_does_not_hide_the_others(ask: Ask) -> None:
    """Its certificate has an extension that is not what its name says, as FNMT's once did."""
    odd = x509.UnrecognizedExtension(x509.OCSPNoCheck.oid, b"\x16\x03abc")
    answer = by(replace(_ANSWERS, more=((odd, False),)))
    assert ask([crl(LISTED)], [answer]).acceptable
    assert ask([REVOKED], [answer]).sub_indication is SubIndication.REVOKED_NO_POE
    assert ask([], [answer]).verdict is Verdict.INDETERMINATE


def test_a_revoked_authority_between_vouches_for_nobody(ask: Ask) -> None:
    below = issue(replace(AUTHORITY, name="AC fille"), LISTED)
    signer = issue(Wish(), below)
    assert ask([crl(LISTED), crl(below)], signer=signer).acceptable
    assert ask([crl(below)], signer=signer).verdict is Verdict.INDETERMINATE
    revoked = crl(LISTED, {below.certificate.serial_number: NOW - DAY})
    assert ask([revoked, crl(below)], signer=signer).sub_indication == "REVOKED_CA_NO_POE"


# Time stamps: the signer's certificate expired a year ago, only a proven time saves it.
EXPIRED_SINCE = NOW - YEAR
STAMPED_AT = EXPIRED_SINCE - 100 * DAY
_KEY = rsa.generate_private_key(65537, 2048)
_UNIT = replace(STAMPER, name="Unité", key=_KEY)
STAMPERS = issue(replace(AUTHORITY, name="AC d’horodatage"), ROOT)
EXPIRED = issue(Wish(more=ASKED, until=EXPIRED_SINCE), LISTED)
OF_THEN = crl(LISTED, at=EXPIRED_SINCE - 50 * DAY, due=EXPIRED_SINCE - 10 * DAY)
PLAIN = blank_pdf()


def stamped(
    folder: Path,
    unit: Wish,
    signer: Holder = EXPIRED,
    crls: Sequence[bytes] = (OF_THEN, crl(ROOT), crl(STAMPERS)),
    at: datetime = STAMPED_AT,
) -> DocumentReport:
    """A PDF stamped by a unit of the listed time-stamping authority."""
    document = sign_as(signer.signer(), PLAIN, issue(unit, STAMPERS).clock(at))
    return verify(document, trust=trusting(folder, [LISTED], [STAMPERS], crls))


def test_a_unit_of_a_listed_authority_proves_the_time(tmp_path: Path) -> None:
    report = stamped(tmp_path, _UNIT)
    assert report.acceptable
    assert report.signatures[0].facts.proven_at == STAMPED_AT


@pytest.mark.parametrize(
    "unit",
    [
        replace(_UNIT, extended=()),
        replace(_UNIT, extended=(ExtendedKeyUsageOID.SERVER_AUTH,)),
        replace(_UNIT, usages=("key_encipherment",)),
        replace(_UNIT, until=STAMPED_AT - DAY),
        replace(_UNIT, until=NOW - DAY),
        replace(_UNIT, since=NOW - DAY),
    ],
)
def test_a_unit_that_may_not_stamp_proves_nothing(unit: Wish, tmp_path: Path) -> None:
    report = stamped(tmp_path, unit)
    assert report.signatures[0].facts.proven_at is None
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("since", [STAMPED_AT - DAY, NOW - DAY])
def test_a_revoked_unit_proves_nothing(since: datetime, tmp_path: Path) -> None:
    unit = replace(_UNIT, serial=77)
    report = stamped(tmp_path, unit, crls=[OF_THEN, crl(ROOT), crl(STAMPERS, {77: since})])
    assert report.signatures[0].facts.proven_at is None


def test_a_list_with_a_condition_nobody_knows_proves_nothing_of_then(tmp_path: Path) -> None:
    odd = crl(LISTED, at=EXPIRED_SINCE - 50 * DAY, due=EXPIRED_SINCE - 10 * DAY, more=_UNKNOWN)
    report = stamped(tmp_path, _UNIT, crls=[odd, crl(ROOT), crl(STAMPERS)])
    assert report.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


@pytest.mark.parametrize("announced", ["0.4.0.194121.2.1", "2.5.29.56"])
def test_a_certificate_too_short_lived_to_be_revoked_needs_no_list(
    announced: str, tmp_path: Path
) -> None:
    """ETSI EN 319 412-1, 5.2.2 and RFC 9608: made for one signature, good for some minutes."""
    extension = x509.UnrecognizedExtension(Oid(announced), b"\x05\x00")
    wish = Wish(since=STAMPED_AT - HOUR, until=STAMPED_AT + HOUR, more=(*ASKED, (extension, False)))
    stampers = [crl(ROOT), crl(STAMPERS)]
    assert stamped(tmp_path, _UNIT, issue(wish, LISTED), stampers).acceptable
    late = STAMPED_AT + 2 * HOUR
    assert not stamped(tmp_path, _UNIT, issue(wish, LISTED), stampers, late).acceptable
    revoked = crl(LISTED, {78: STAMPED_AT - HOUR})
    told = issue(replace(wish, serial=78), LISTED)
    assert not stamped(tmp_path, _UNIT, told, [*stampers, revoked]).acceptable


@pytest.mark.parametrize("usages", [("digital_signature",), ("key_encipherment",)])
def test_an_archive_is_no_better_than_the_unit_that_stamped_it(
    usages: tuple[str, ...], tmp_path: Path
) -> None:
    """Lists of before the proven time: only what was archived in time saves the signature."""
    before = crl(LISTED, at=STAMPED_AT - 20 * DAY, due=STAMPED_AT + 10 * DAY)
    roots = [crl(one, at=STAMPED_AT - DAY, due=NOW + YEAR) for one in (ROOT, STAMPERS)]
    document = sign_as(EXPIRED.signer(), PLAIN, issue(_UNIT, STAMPERS).clock(STAMPED_AT))
    document = with_proofs(document, [LISTED, ROOT, STAMPERS], [before, *roots])
    unit = issue(replace(_UNIT, usages=usages), STAMPERS)
    output = BytesIO()
    PdfTimeStamper(unit.clock(STAMPED_AT + DAY), field_name="T").timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(document)), "sha256", output=output
    )
    trust = trusting(tmp_path, [LISTED], [STAMPERS], [crl(ROOT), crl(STAMPERS)])
    accepted = verify(output.getvalue(), trust=trust).verdict is Verdict.PASSED
    assert accepted is (usages == ("digital_signature",))


def with_proofs(document: bytes, authorities: Sequence[Holder], crls: Sequence[bytes]) -> bytes:
    """Add a security store that holds these certificates and lists."""
    output = BytesIO(document)
    DocumentSecurityStore.add_dss(
        output,
        None,
        certs=[one.asn1 for one in authorities],
        crls=[asn1_crl.CertificateList.load(der) for der in crls],
        force_write=True,
    )
    return output.getvalue()
