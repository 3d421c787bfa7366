"""What forgers do to signed documents: none of it may be accepted."""

import asyncio
from datetime import timedelta
from pathlib import Path

from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from communaute.domain.signatures.facts import LONGEST, clean
from communaute.domain.signatures.pdf.revisions import byte_range
from communaute.domain.signatures.trust.store import load_trust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Error, Modification, SubIndication, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf, edit_cms, signature_span
from tests.signatures.edits import cover_with_empty_field, replace_text, restyle_the_form, update
from tests.signatures.pki import HOSTILE, NOW, Pki


PLAIN = blank_pdf()


def covered(document: bytes, numbers: tuple[int, ...], contents: bytes) -> object:
    return byte_range(document, ArrayObject(map(NumberObject, numbers)), contents)


def test_the_gap_of_a_signature_holds_its_value_and_nothing_else() -> None:
    document = b"%PDF-1.7 signed <c0ffee> signed too"
    assert covered(document, (0, 16, 24, 11), b"\xc0\xff\xee") is not None
    assert covered(document, (0, 16, 24, 11), b"\xc0\xff\xef") is None
    assert covered(document, (0, 15, 24, 11), b"\xc0\xff\xee") is None
    assert covered(document, (0, 16, 25, 10), b"\xc0\xff\xee") is None
    assert covered(document, (0, 16, 24, 12), b"\xc0\xff\xee") is None
    assert covered(document, (1, 15, 24, 11), b"\xc0\xff\xee") is None
    assert covered(document, (0, 16, 24, 11, 30, 2), b"\xc0\xff\xee") is None
    assert covered(document, (0, 16), b"\xc0\xff\xee") is None


@given(st.lists(st.integers(-50, 50), max_size=6), st.binary(max_size=4))
def test_no_byte_range_escapes_the_document(numbers: list[int], contents: bytes) -> None:
    document = b"%PDF-1.7 signed <c0ffee> signed too"
    found = byte_range(document, ArrayObject(map(NumberObject, numbers)), contents)
    assert found is None or contents == b"\xc0\xff\xee"


def test_a_document_wrapped_into_the_gap_is_refused(office: Office, check: Verifier) -> None:
    """Signature wrapping: the signed bytes stay, another document is read."""
    signed = office.sign(PLAIN)
    first, second = signature_span(signed)
    hidden = b"\n" + update(signed, replace_text)[len(signed) :]
    wrapped = signed[:second] + hidden + signed[second:]
    assert signed[:first] == wrapped[:first]
    assert check(wrapped).verdict is not Verdict.PASSED


def test_a_copy_of_the_signature_over_another_text_is_refused(
    office: Office, check: Verifier
) -> None:
    signed = office.sign(PLAIN)
    other = office.sign(blank_pdf("Contrat de mille euros"), "stranger")
    (first, second), (start, end) = signature_span(signed), signature_span(other)
    value = signed[first:second][: end - start - 1].ljust(end - start - 1, b"0") + b">"
    assert check(other[:start] + value + other[end:]).verdict is Verdict.FAILED


def test_bytes_added_after_the_last_mark_are_never_ignored(office: Office, check: Verifier) -> None:
    signed = office.sign(PLAIN)
    report = check(signed + b"\n7 0 obj << /Type /Page >> endobj\n")
    assert report.verdict is Verdict.INDETERMINATE
    revision = report.signatures[0].facts.revision
    assert revision is not None
    assert revision.modification is Modification.UNKNOWN
    assert check(signed + b"\r\n\x00\n").verdict is Verdict.PASSED


def test_an_update_without_a_table_of_its_own_is_not_overlooked(
    office: Office, check: Verifier
) -> None:
    """Some readers rebuild the table of a file and see what others do not."""
    signed = office.sign(PLAIN)
    added = update(signed, replace_text)[len(signed) :]
    objects = added[: added.rindex(b"xref\n", 0, added.index(b"trailer"))]
    last = signed[signed.rindex(b"startxref") :]
    assert check(signed + objects).verdict is not Verdict.PASSED
    assert check(signed + objects + last).verdict is not Verdict.PASSED


def test_what_is_shown_on_a_signed_page_is_signed_by_somebody(
    office: Office, check: Verifier
) -> None:
    """Sneaky signature attack: an empty signature field whose appearance hides the amount."""
    signed = office.sign(PLAIN)
    for document in (update(signed, cover_with_empty_field), update(signed, restyle_the_form)):
        report = check(document)
        assert report.verdict is Verdict.INDETERMINATE
        assert report.sub_indication is SubIndication.GENERIC


def test_a_visible_time_stamp_covers_nothing_up(office: Office, check: Verifier) -> None:
    covered_up = office.stamp(update(office.sign(PLAIN), cover_with_empty_field), NOW, field="Evil")
    assert check(covered_up).verdict is not Verdict.PASSED


def test_a_signature_that_was_taken_away_is_not_invented(office: Office, check: Verifier) -> None:
    def forget(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form["/Fields"] = generic.ArrayObject()
        writer.update_root()
        writer.mark_update(form.container_ref)

    assert check(update(office.sign(PLAIN), forget)).error is Error.NO_SIGNATURE


def test_a_signature_object_moved_to_a_later_revision_does_not_cover_it(
    office: Office, check: Verifier
) -> None:
    def move(writer: IncrementalPdfFileWriter) -> None:
        replace_text(writer)
        fields = writer.root["/AcroForm"]["/Fields"]
        field = next(f.get_object() for f in fields if f.get_object()["/FT"] == "/Sig")
        field["/V"] = writer.add_object(field["/V"])
        writer.mark_update(field.container_ref)

    assert check(update(office.sign(PLAIN), move)).verdict is Verdict.FAILED


def test_without_signed_attributes_a_signature_is_not_relied_upon(
    office: Office, check: Verifier
) -> None:
    """The signed attributes of a signature, presented as what it signs, verify as well."""

    def strip(data: cms.SignedData) -> None:
        data["signer_infos"][0]["signed_attrs"] = None

    assert check(edit_cms(office.sign(PLAIN), strip)).verdict is not Verdict.PASSED


def test_the_attributes_of_a_signature_are_not_a_document_it_signed(
    office: Office, check: Verifier
) -> None:
    signed = cms.ContentInfo.load(asyncio.run(office.cms(b"Contrat de cent euros")))
    data = signed["content"]
    (signer,) = data["signer_infos"]
    attributes = signer["signed_attrs"].untag().dump()
    forged = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": data["version"],
                "digest_algorithms": data["digest_algorithms"],
                "encap_content_info": {"content_type": "data", "content": attributes},
                "certificates": data["certificates"],
                "signer_infos": [
                    {
                        "version": signer["version"],
                        "sid": signer["sid"],
                        "digest_algorithm": signer["digest_algorithm"],
                        "signature_algorithm": signer["signature_algorithm"],
                        "signature": signer["signature"],
                    }
                ],
            },
        }
    )
    report = check(forged.dump())
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.SIG_CONSTRAINTS_FAILURE


def test_a_time_stamp_is_not_a_signature(office: Office, check: Verifier) -> None:
    assert check(office.stamp(PLAIN, NOW)).error is Error.NO_SIGNATURE


def test_a_time_stamp_of_another_signature_proves_nothing(office: Office, check: Verifier) -> None:
    stamped = office.sign(PLAIN, at=NOW - timedelta(days=900))
    first, second = signature_span(stamped)
    info = cms.ContentInfo.load(bytes.fromhex(stamped[first + 1 : second - 1].decode()))
    token = info["content"]["signer_infos"][0]["unsigned_attrs"].copy()

    def borrow(data: cms.SignedData) -> None:
        data["signer_infos"][0]["unsigned_attrs"] = token

    report = check(edit_cms(office.sign(PLAIN, at=NOW), borrow))
    assert report.signatures[0].facts.proven_at is None


def test_a_signing_certificate_is_no_time_stamping_one(office: Office, check: Verifier) -> None:
    """A clock run by a signer of the listed authority proves nothing."""
    stamped = office.sign(PLAIN, "expired", at=NOW - timedelta(days=1500), tsa="signer")
    report = check(stamped)
    assert report.signatures[0].facts.proven_at is None
    assert report.verdict is Verdict.INDETERMINATE


def test_names_that_attack_whoever_shows_them_are_cleaned(office: Office, check: Verifier) -> None:
    hostile = check(office.sign(PLAIN, "hostile")).signatures[0].facts.certificate
    long = check(office.sign(PLAIN, "long")).signatures[0].facts.certificate
    assert hostile is not None
    assert long is not None
    assert hostile.holder == "<script>alert(1)</script> gnp.exe"
    assert len(long.holder) == LONGEST
    assert "\u202e" in HOSTILE


@given(st.text())
def test_cleaned_text_has_nothing_invisible(text: str) -> None:
    shown = clean(text)
    assert len(shown) <= LONGEST
    assert shown.isprintable()
    assert clean(shown) == shown


def test_nothing_is_trusted_without_anchors(office: Office, tmp_path: Path) -> None:
    report = verify(office.sign(PLAIN), trust=load_trust(tmp_path))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_forged_revocation_list_says_nothing(office: Office, check: Verifier, pki: Pki) -> None:
    """A list in the name of the authority, signed by its impostor, neither saves nor condemns."""
    der = pki.crl("ca", NOW).dump()
    forged = bytearray(der)
    forged[-1] ^= 1
    document = office.add_revocation(office.sign(PLAIN, "revoked"), NOW)
    assert check(document.replace(der, bytes(forged))).verdict is Verdict.INDETERMINATE
