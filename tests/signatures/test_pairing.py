"""Signatures apart find their document by its name, and nothing else is guessed."""

import pytest

from communaute.domain.signatures.pairing import paired


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.pdf", "b.pdf"], [(0, None), (1, None)]),
        (["a.pdf", "a.pdf.p7s"], [(0, 1)]),
        (["a.pdf.P7S", "A.pdf"], [(1, 0)]),
        (["a.pdf", "a.pdf - Signature 1.xml", "a.pdf - Signature 2.xml"], [(0, 1), (0, 2)]),
        (["a.pdf", "a.p7s"], [(0, 1)]),
        (["a.pdf", "a.xml"], [(0, None), (1, None)]),  # an invoice and its data
        (["a.pdf", "a.docx", "a.p7s"], [(0, None), (1, None), (2, None)]),
        (["a.pdf", "a.pdf.p7m"], [(0, None), (1, None)]),  # it holds its document
        (["a.xml", "a.xml.xml"], [(0, 1)]),
        (["a", "ab.p7s", "ab"], [(0, None), (2, 1)]),
        (["c", "contrat.xml"], [(0, None), (1, None)]),
        (["same.p7s", "same.p7s"], [(0, None), (1, None)]),
    ],
)
def test_names_tell(names: list[str], expected: list[tuple[int, int | None]]) -> None:
    assert paired(names) == expected
