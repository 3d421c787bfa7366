"""Cut DER and BER at its joints, without encoding again what somebody signed."""

from collections.abc import Iterator
from typing import Any

from asn1crypto import core, parser


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
    kept = [field for field in fields if _tag(field) != (_CONTEXT, 1)]  # revocation data
    return [
        parser.emit(_UNIVERSAL, 1, _SEQUENCE, b"".join(kept) + parser.emit(_UNIVERSAL, 1, _SET, s))
        for s in list(_children(signers))[: limit + 1]
    ]


def content_info(signed_data: bytes) -> bytes:
    """Give the DER of the ContentInfo that holds a SignedData."""
    kind: bytes = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
    return tagged(_SEQUENCE, kind + parser.emit(_CONTEXT, 1, 0, signed_data))


def raw_values(contents: bytes) -> Iterator[bytes]:
    """Yield each value of the contents of a SET or SEQUENCE, as it stands."""
    while contents and contents != b"\x00\x00":
        _, _, _, header, body, trailer = parser.parse(contents)
        length = len(header) + len(body) + len(trailer)
        yield contents[:length]
        contents = contents[length:]


def tagged(tag: int, contents: bytes) -> bytes:
    """Give the DER of a universal, constructed value."""
    encoded: bytes = parser.emit(_UNIVERSAL, 1, tag & 0x1F, contents)
    return encoded


def as_der(encoded: bytes, deepest: int = 50) -> bytes:
    """Encode a value again in DER: definite lengths, the elements of a SET in order (X.690, 10.1, 11.6).

    asn1crypto does so by reading each part for what it means, certificates of a time stamp
    included: seconds for a few thousand bytes. Raises ValueError on malformed input.
    """
    cls, constructed, tag, _, contents, _ = parser.parse(encoded)
    if constructed and not deepest:
        raise ValueError("nested too deeply")
    if constructed:
        parts = [as_der(value, deepest - 1) for value in raw_values(contents)]
        contents = b"".join(sorted(parts) if (cls, tag) == (_UNIVERSAL, _SET) else parts)
    again: bytes = parser.emit(cls, constructed, tag, contents)
    return again


def without_unsigned(signed_data: bytes) -> bytes:
    """Give the DER of a SignedData whose signers have no unsigned attributes.

    They prove nothing of the signature itself: malformed, they must not hide it either.
    Raises ValueError on malformed input.
    """
    *fields, signers = _children(signed_data)
    kept = [_signed_part(signer) for signer in _children(signers)]
    return tagged(_SEQUENCE, b"".join(fields) + tagged(_SET, b"".join(kept)))


def _signed_part(signer: bytes) -> bytes:
    *fields, last = _children(signer)
    return tagged(_SEQUENCE, b"".join(fields)) if _tag(last) == (_CONTEXT, 1) else signer


def attributes(attrs: Any, oid: str) -> Iterator[bytes]:  # noqa: ANN401 - asn1crypto is untyped
    """Yield the DER of every value of the attribute `oid`; none when there is no attribute.

    Attributes that cannot be read are passed over.
    """
    if attrs is None or isinstance(attrs, core.Void):
        return
    wanted = core.ObjectIdentifier(oid).dump()
    for attribute in _tolerantly(attrs.contents):
        kind, *values = _tolerantly(_contents(attribute))
        if kind == wanted:
            for value in values[:1]:
                yield from _tolerantly(_contents(value))


def may_be_attributes(content: bytes) -> bool:
    """Say whether some bytes are what a signature with attributes is made over (RFC 5652, 5.4).

    That is one SET, and nothing after it; some programs sign it under the tag that it is sent with.
    """
    if content[:1] not in {b"\x31", b"\xa0"}:
        return False
    try:
        return int(parser.peek(content)) >= len(content)
    except (ValueError, RecursionError):
        return False


def _tolerantly(contents: bytes) -> Iterator[bytes]:
    """Yield values until one cannot be read; an empty one when there is none."""
    found = False
    try:
        for value in raw_values(contents):
            found = True
            yield value
    except (ValueError, TypeError):
        pass
    if not found:
        yield b""


def _contents(encoded: bytes) -> bytes:
    try:
        return bytes(parser.parse(encoded)[4])
    except (ValueError, TypeError):
        return b""


def _tag(field: bytes) -> tuple[int, int]:
    cls, _, tag, *_ = parser.parse(field)
    return cls, tag


def _children(encoded: bytes) -> Iterator[bytes]:
    _, _, _, _, contents, _ = parser.parse(encoded)
    return raw_values(contents)
