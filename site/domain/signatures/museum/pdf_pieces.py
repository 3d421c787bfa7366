"""The PDF pieces of the museum."""

from collections.abc import Callable, Mapping
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from communaute.domain.signatures.museum.authorities import Authorities, Person


name = generic.pdf_name


def _page(text: str) -> generic.StreamObject:
    content = f"BT /F1 20 Tf 60 700 Td ({text}) Tj ET".encode("latin-1")
    return generic.StreamObject(stream_data=content)


def blank() -> bytes:
    """A contract of one page."""
    writer = PdfFileWriter(stream_xrefs=False)
    font = generic.DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type1"),
            name("/BaseFont"): name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({name("/F1"): writer.add_object(font)})
    resources = generic.DictionaryObject({name("/Font"): fonts})
    content = writer.add_object(_page("Contrat de cent euros"))
    writer.insert_page(PageObject(content, (0, 0, 600, 800), resources))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def sign(document: bytes, of: Authorities, person: Person, field: str) -> bytes:
    """Sign a PDF in a new place."""
    meta = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    signer = PdfSigner(meta, signer=of.cms(person), new_field_spec=SigFieldSpec(field, on_page=0))
    output = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(document)), output=output)
    return output.getvalue()


def _signed(of: Authorities) -> bytes:
    return sign(blank(), of, of.signer, "Signature1")


def updated(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Change a PDF after what it holds, as editors do."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def altered(of: Authorities) -> bytes:
    """Change the text in place."""
    return _signed(of).replace(b"cent euros", b"neuf euros", 1)


def replaced(of: Authorities) -> bytes:
    """Put another page in place of the one that was signed."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, _ = writer.find_page_for_modification(0)
        page = reference.get_object()
        page[name("/Contents")] = writer.add_object(_page("Contrat de mille euros"))
        writer.mark_update(reference)

    return updated(_signed(of), change)


def commented(of: Authorities) -> bytes:
    """Put a note over the text."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, _ = writer.find_page_for_modification(0)
        page = reference.get_object()
        box = generic.ArrayObject(list(map(generic.NumberObject, (50, 690, 400, 730))))
        note = generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/FreeText"),
                name("/Rect"): box,
                name("/Contents"): generic.pdf_string("Contrat de mille euros"),
                name("/DA"): generic.pdf_string("/Helv 20 Tf"),
            }
        )
        existing = page.get("/Annots", generic.ArrayObject())
        page[name("/Annots")] = generic.ArrayObject([*existing, writer.add_object(note)])
        writer.mark_update(reference)

    return updated(_signed(of), change)


def shortened(of: Authorities) -> bytes:
    """Announce fewer bytes than the document has, at the same length."""
    document = _signed(of)
    _, first, second, length = PdfFileReader(BytesIO(document)).embedded_signatures[-1].byte_range
    told = f"{second} {length}".encode()
    shorter = f"{second} {length - 40}".encode().ljust(len(told))
    at = document.index(told, first - 2_000 if first > 2_000 else 0)
    return document[:at] + shorter + document[at + len(told) :]


def _by_hand(document: bytes, number: int, generation: int, body: bytes) -> bytes:
    """Give one object anew in an update written by hand."""
    trailer = PdfFileReader(BytesIO(document)).trailer
    before = int(document[document.rindex(b"startxref") :].split()[1])
    held = b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    at = len(document)
    return document + (
        held
        + b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d %05d n \n" % (number, at, generation)
        + b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (int(trailer["/Size"]), trailer.raw_get("/Root").idnum, before, at + len(held))
    )


def of_another_generation(of: Authorities) -> bytes:
    """Give another text under the number of the one that was signed, and another generation."""
    document = _signed(of)
    page = PdfFileReader(BytesIO(document)).root["/Pages"]["/Kids"][0]
    text = _page("Contrat de mille euros").data
    body = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)
    return _by_hand(document, page.raw_get("/Contents").idnum, 1, body)


def signed_twice(of: Authorities) -> bytes:
    """Two people sign, one after the other."""
    return sign(_signed(of), of, of.second, "Signature2")


def spaced(of: Authorities) -> bytes:
    """Put blanks among the digits of the signature, where zeros stood."""
    document = _signed(of)
    _, first, second, _ = PdfFileReader(BytesIO(document)).embedded_signatures[-1].byte_range
    digits = document[first + 1 : second - 1]
    kept = digits.rstrip(b"0")
    kept += b"0" * (len(kept) % 2)
    spread = b" ".join(kept[at : at + 64] for at in range(0, len(kept), 64))
    if len(spread) > len(digits):
        raise ValueError("no room for blanks")
    return document[: first + 1] + spread.ljust(len(digits), b"0") + document[second - 1 :]


MAKERS: Mapping[str, Callable[[Authorities], bytes]] = {
    "pdf-octet": altered,
    "pdf-page-remplacee": replaced,
    "pdf-plage": shortened,
    "pdf-commentaire": commented,
    "pdf-generation": of_another_generation,
    "pdf-deux-signatures": signed_twice,
    "pdf-blancs": spaced,
}
