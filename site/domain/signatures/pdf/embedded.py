"""Find the signatures that one field of a PDF holds, in the forms that pyHanko does not foresee.

It wants the dictionary of a signature apart from its field, and one signer in it.
"""

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents

from communaute.domain.signatures.der import content_info, one_per_signer


def embedded_in(
    reader: PdfFileReader, field: generic.PdfObject, name: str, most: int
) -> list[EmbeddedPdfSignature]:
    """Give a signature for each signer of a field, `most` + 1 at most.

    podofo puts two in one field, of the same person; each is judged alone. Raises what pyHanko
    and asn1crypto raise on hostile input.
    """
    holder = field.get_object()
    value = holder.raw_get("/V")
    apart = isinstance(value, generic.IndirectObject)
    dictionary = value.get_object()
    contents = extract_contents(dictionary)
    pieces = _pieces(contents, most)
    if apart and len(pieces) == 1:
        return [EmbeddedPdfSignature(reader, holder, name)]
    # Written in the field itself, it changes when the field does.
    place = value.reference if apart else _reference(field)
    found = []
    for rank, der in enumerate(pieces, start=1):
        alone = _with(dictionary, "/Contents", generic.ByteStringObject(der))
        title = name if len(pieces) == 1 else f"{name} ({rank})"
        one = EmbeddedPdfSignature(reader, _with(holder, "/V", _Place(alone, place)), title)
        one.pkcs7_content = contents
        found.append(one)
    return found


def _reference(field: generic.PdfObject) -> generic.Reference:
    place = field.reference if isinstance(field, generic.IndirectObject) else field.container_ref
    if not isinstance(place, generic.Reference):
        raise ValueError("a field without a number")
    return place


def is_alone(embedded: EmbeddedPdfSignature) -> bool:
    """Say whether its field holds no other signer: with more, EU DSS calls none of them PAdES."""
    signed = cms.ContentInfo.load(embedded.pkcs7_content)["content"]
    return len(signed["signer_infos"]) == 1


class _Place:
    """What stands for a reference to a dictionary."""

    def __init__(self, dictionary: generic.DictionaryObject, reference: generic.Reference) -> None:
        self.dictionary, self.reference = dictionary, reference

    def get_object(self) -> generic.DictionaryObject:
        return self.dictionary


def _pieces(contents: bytes, most: int) -> list[bytes]:
    signed = cms.ContentInfo.load(contents)["content"]
    if len(signed["signer_infos"]) < 2:
        return [contents]
    return [content_info(piece) for piece in one_per_signer(contents, most)]


def _with(former: generic.DictionaryObject, key: str, value: object) -> generic.DictionaryObject:
    copied = generic.DictionaryObject({one: former.raw_get(one) for one in former})
    dict.__setitem__(copied, generic.NameObject(key), value)
    return copied
