"""What the validation library does on its own: each test fails the day it is mended."""

import asyncio
from collections.abc import Iterator
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures import patches
from communaute.domain.signatures.judging import evidence, policies
from communaute.domain.signatures.trust.store import LoadedTrust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Verdict
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.pki import NOW


PLAIN = blank_pdf()


@pytest.fixture
def unrepaired() -> Iterator[None]:
    patches.install()
    ValidationPath.truncate_to_issuer_and_append = patches.original_truncate  # type: ignore[method-assign]
    yield
    ValidationPath.truncate_to_issuer_and_append = patches.truncate  # type: ignore[method-assign]


@pytest.mark.usefixtures("unrepaired")
def test_pyhanko_still_rejects_lists_of_an_anchor_that_another_authority_signed(
    office: Office, trust: LoadedTrust
) -> None:
    """If this fails, pyhanko-certvalidator is mended: take `patches.truncate` away."""
    assert verify(office.sign(PLAIN), trust=trust).verdict is Verdict.INDETERMINATE


def test_repaired_it_accepts_them(office: Office, trust: LoadedTrust) -> None:
    assert verify(office.sign(PLAIN), trust=trust).verdict is Verdict.PASSED


def test_pyhanko_still_passes_a_certificate_that_had_expired_when_it_signed(
    office: Office, trust: LoadedTrust
) -> None:
    """The wrong verdict that `verdict.RULES` guards against, as the library gives it."""
    document = office.sign(PLAIN, "expired", at=NOW)
    (signature,) = PdfFileReader(BytesIO(document)).embedded_signatures
    known = evidence.from_trust(trust)
    chosen = policies.Policies(trust, NOW, known.plus(evidence.Evidence()))
    found = asyncio.run(
        ades.ades_with_time_validation(
            signature.signed_data,
            chosen.spec(),
            timing_info=chosen.timing(),
            raw_digest=signature.compute_digest(),
        )
    )
    assert found.ades_subindic is AdESPassed.OK
    assert verify(document, trust=trust).verdict is Verdict.INDETERMINATE


def test_the_versions_verified_with_are_the_pinned_ones() -> None:
    assert policies.versions() == "pyHanko 0.38.0, pyhanko-certvalidator 0.33.0"
