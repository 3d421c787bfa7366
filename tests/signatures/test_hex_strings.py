"""The quick reading of hexadecimal strings answers what pyHanko's own does."""

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils.misc import PdfReadError

from communaute.domain.signatures import patches


def both(content: bytes) -> tuple[object, ...]:
    found: list[object] = []
    for read in (patches.read_hex_string, patches.original_hex_string):
        stream = BytesIO(content)
        try:
            found.append((read(stream).original_bytes, stream.tell()))
        except PdfReadError as error:
            found.append(type(error))
    return tuple(found)


@given(
    st.text("0123456789abcdefABCDEF \n\t\r\x00><%g", max_size=60).map(lambda t: f"<{t}".encode())
)
@example(b"<" + b"ab" * 20_000 + b"> 12 0 obj")
@example(b"<" + b"ab" * 4095 + b"a>")
@example(b"<" + b"a" * 8191 + b">>")
@example(b"<>")
def test_it_reads_what_pyhanko_reads(content: bytes) -> None:
    ours, theirs = both(content)
    assert ours == theirs


def test_a_string_that_never_ends_is_an_error() -> None:
    with pytest.raises(PdfReadError):
        patches.read_hex_string(BytesIO(b"<abcdef"))
