"""Cut a CMS with several signers into one CMS a signer, without re-encoding what was signed."""

from collections.abc import Iterator

from asn1crypto import parser


_SEQUENCE, _SET = 16, 17
_UNIVERSAL, _CONTEXT = 0, 2


def one_per_signer(der: bytes, limit: int) -> list[bytes]:
    """Give the DER of a SignedData for each signer of a ContentInfo, `limit` + 1 at most.

    asn1crypto would encode again what it parsed, in quadratic time and not always alike:
    the pieces are cut from the original bytes. Raises ValueError on malformed input.
    """
    *_, wrapped = _children(der)
    (signed_data,) = _children(wrapped)
    *fields, signers = _children(signed_data)
    if _tag(signers) != (_UNIVERSAL, _SET):
        raise ValueError("what ends a SignedData is not a set of signers")
    kept = [field for field in fields if not _is_revocation(field)]
    return [
        parser.emit(_UNIVERSAL, 1, _SEQUENCE, b"".join(kept) + parser.emit(_UNIVERSAL, 1, _SET, s))
        for s in list(_children(signers))[: limit + 1]
    ]


def raw_values(contents: bytes) -> Iterator[bytes]:
    """Yield each value of the contents of a SET or SEQUENCE, as it stands."""
    while contents and contents != b"\x00\x00":
        _, _, _, header, body, trailer = parser.parse(contents)
        length = len(header) + len(body) + len(trailer)
        yield contents[:length]
        contents = contents[length:]


def _is_revocation(field: bytes) -> bool:
    return _tag(field) == (_CONTEXT, 1)


def _tag(field: bytes) -> tuple[int, int]:
    cls, _, tag, *_ = parser.parse(field)
    return cls, tag


def _children(encoded: bytes) -> Iterator[bytes]:
    _, _, _, _, contents, _ = parser.parse(encoded)
    return raw_values(contents)
