"""What programs do to a signed PDF in good faith: nothing of it may be refused."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation.dss import DocumentSecurityStore

from communaute.domain.signatures import patches
from communaute.domain.signatures.museum.authorities import Authorities, Person
from communaute.domain.signatures.museum.cms_pieces import sign_cms
from communaute.domain.signatures.museum.pdf_pieces import blank, sign, updated


name, text = generic.pdf_name, generic.pdf_string
Change = Callable[[IncrementalPdfFileWriter], None]
_SECOND = "Signature2"


def _named(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({name(f"/{key}"): value for key, value in entries.items()})


def _numbers(*given: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, given))


def _page(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    page: generic.IndirectObject = writer.root["/Pages"]["/Kids"].raw_get(0)
    return page


def _place(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    """Make an empty place for the next signer."""
    append_signature_field(writer, SigFieldSpec(_SECOND, on_page=0, box=(300, 100, 450, 150)))
    made: generic.IndirectObject = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    return made


def _set(writer: IncrementalPdfFileWriter, held: generic.IndirectObject, **more: object) -> None:
    for key, value in more.items():
        held.get_object()[name(f"/{key}")] = value
    writer.mark_update(held.reference)


def _in_place(document: bytes, of: Authorities) -> bytes:
    """Sign in the place that was made."""
    kind, output = SigSeedSubFilter.PADES, BytesIO()
    meta = PdfSignatureMetadata(field_name=_SECOND, md_algorithm="sha256", subfilter=kind)
    writer = IncrementalPdfFileWriter(BytesIO(document))
    PdfSigner(meta, signer=of.cms(of.second)).sign_pdf(writer, output=output)
    return output.getvalue()


def _second_after(of: Authorities, change: Change, document: bytes | None = None) -> bytes:
    """One signs; a program changes something; another signs."""
    first = sign(document or blank(), of, of.signer, "Signature1")
    return _in_place(updated(first, change), of)


def _certified(document: bytes, of: Authorities, person: Person, permission: MDPPerm) -> bytes:
    meta = PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=permission,
    )
    new = SigFieldSpec("Signature1", on_page=0)
    output = BytesIO()
    PdfSigner(meta, signer=of.cms(person), new_field_spec=new).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(document)), output=output
    )
    return output.getvalue()


def next_place(of: Authorities) -> bytes:
    """Make an empty place for the next signer."""
    signed = sign(blank(), of, of.signer, "Signature1")
    output = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    _place(writer)
    writer.write(output)
    return output.getvalue()


def with_tabs(of: Authorities) -> bytes:
    """The second signer's program says in which order keys walk through the page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        _place(writer)
        _set(writer, _page(writer), Tabs=name("/S"))

    return _second_after(of, change)


def with_lock(of: Authorities) -> bytes:
    """The second signer closes the form behind them."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        lock = _named(Type=name("/SigFieldLock"), Action=name("/All"))
        _set(writer, _place(writer), Lock=lock)

    return _second_after(of, change)


def freed(of: Authorities) -> bytes:
    """A program gives back a number that it had kept and never used."""
    document = sign(blank(), of, of.signer, "Signature1")
    trailer = PdfFileReader(BytesIO(document)).trailer
    before = int(document[document.rindex(b"startxref") :].split()[1])
    root = trailer.raw_get("/Root")
    start = len(document) + 1
    return sign(
        document
        + b"\nxref\n0 1\n0000000000 65535 f \n900 1\n0000000000 65535 f \n"
        + f"trailer\n<< /Size 901 /Root {root.idnum} 0 R /Prev {before} >>\n".encode()
        + f"startxref\n{start}\n%%EOF\n".encode(),
        of,
        of.second,
        _SECOND,
    )


def first_of_all(of: Authorities) -> bytes:
    """A first table says that the one before it is at 0: there is none."""
    patches.install()  # without it the signer itself could not read the file
    plain = blank()
    at = plain.rindex(b"trailer")
    return sign(
        plain[:at] + plain[at:].replace(b"/Size", b"/Prev 0 /Size", 1),
        of,
        of.signer,
        "Signature1",
    )


def tagged(of: Authorities) -> bytes:
    """In a document that screen readers read, a second signature gets its element."""

    def structured(writer: IncrementalPdfFileWriter) -> None:
        root = _named(Type=name("/StructTreeRoot"), ParentTreeNextKey=generic.NumberObject(1))
        place = writer.add_object(root)
        document = _named(Type=name("/StructElem"), S=name("/Document"), P=place)
        held = writer.add_object(document)
        said = writer.add_object(
            _named(
                Type=name("/StructElem"),
                S=name("/P"),
                P=held,
                Pg=_page(writer),
                K=generic.NumberObject(0),
            )
        )
        document["/K"], root["/K"] = generic.ArrayObject([said]), held
        nums = generic.ArrayObject([generic.NumberObject(0), generic.ArrayObject([said])])
        root["/ParentTree"] = writer.add_object(_named(Nums=nums))
        writer.root["/StructTreeRoot"] = place
        writer.root["/MarkInfo"] = _named(Marked=generic.BooleanObject(True))
        writer.update_root()
        _set(writer, _page(writer), StructParents=generic.NumberObject(0))

    def told(writer: IncrementalPdfFileWriter) -> None:
        widget, held = _place(writer), writer.root.raw_get("/StructTreeRoot")
        root = held.get_object()
        document, parents = root.raw_get("/K"), root.raw_get("/ParentTree")
        served = _named(Type=name("/OBJR"), Obj=widget, Pg=_page(writer))
        element = _named(Type=name("/StructElem"), S=name("/Form"), P=document, K=served)
        added = writer.add_object(element)
        document.get_object()["/K"].append(added)
        parents.get_object()["/Nums"] += [generic.NumberObject(1), added]
        for one in (document, parents):
            writer.mark_update(one.reference)
        _set(writer, held, ParentTreeNextKey=generic.NumberObject(2))
        _set(writer, widget, StructParent=generic.NumberObject(1))

    return _second_after(of, told, updated(blank(), structured))


def chosen(of: Authorities) -> bytes:
    """Somebody takes another line of a list, where the author let it be filled in."""

    def with_list(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        options = generic.ArrayObject([text("un"), text("deux")])
        field = _named(
            FT=name("/Ch"), T=text("lot"), Type=name("/Annot"), Subtype=name("/Widget"),
            Rect=_numbers(60, 500, 300, 530), Opt=options, V=text("un"), I=_numbers(0), P=page,
        )  # fmt: skip
        place = writer.add_object(field)
        writer.root["/AcroForm"] = _named(Fields=generic.ArrayObject([place]))
        writer.update_root()
        _set(writer, page, Annots=generic.ArrayObject([place]))

    def another(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
        _set(writer, field, V=text("deux"), I=_numbers(1))

    document = updated(blank(), with_list)
    return updated(_certified(document, of, of.signer, MDPPerm.FILL_FORMS), another)


def kept(of: Authorities) -> bytes:
    """Proofs of validity are put beside a signature that closes the document."""
    document = _certified(blank(), of, of.signer, MDPPerm.NO_CHANGES)
    output = BytesIO(document)
    (signature,) = PdfFileReader(BytesIO(document)).embedded_signatures
    DocumentSecurityStore.add_dss(
        output, signature.pkcs7_content, certs=[of.cms(of.signer).signing_cert]
    )
    return output.getvalue()


def nothing_named(of: Authorities) -> bytes:
    """The second signer's program writes an outline of nothing, and names of nothing."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/Outlines"] = writer.add_object(_named(Type=name("/Outlines")))
        writer.root["/Names"] = _named(Dests=_named(Names=generic.ArrayObject()))
        writer.update_root()
        _place(writer)

    return _second_after(of, change)


def in_its_field(
    of: Authorities,
    people: Sequence[Person] = (),
    before: bytes | None = None,
    *,
    listed: bool = True,
) -> bytes:
    """The dictionary of the signature stands in its field, and not apart.

    The field is that of a page alone when no form has it `listed`.
    """
    room, mark = 16_384, 9_999_999_999
    value = _named(
        Type=name("/Sig"),
        Filter=name("/Adobe.PPKLite"),
        SubFilter=name("/ETSI.CAdES.detached"),
        ByteRange=_numbers(0, mark, mark, mark),
        Contents=generic.ByteStringObject(bytes(room)),
    )

    def change(writer: IncrementalPdfFileWriter) -> None:
        held = _named(
            FT=name("/Sig"), T=text("Signature1"), Type=name("/Annot"), Subtype=name("/Widget"),
            Rect=_numbers(0, 0, 0, 0), F=generic.NumberObject(132), V=value, P=_page(writer),
        )  # fmt: skip
        place = writer.add_object(held)
        if listed:
            writer.root["/AcroForm"] = _named(
                Fields=generic.ArrayObject([place]), SigFlags=generic.NumberObject(3)
            )
            writer.update_root()
        notes = _page(writer).get_object().get("/Annots", generic.ArrayObject())
        kept = [notes.raw_get(rank) for rank in range(len(notes))]
        _set(writer, _page(writer), Annots=generic.ArrayObject([*kept, place]))

    document = updated(before or blank(), change)
    digits = b"<" + b"00" * room + b">"
    start = document.index(digits)
    end = start + len(digits)
    former = f"{mark} {mark} {mark}".encode()
    ranges = f"{start} {end} {len(document) - end}".encode().ljust(len(former))
    document = document.replace(former, ranges)
    made = _cms_of(of, people or (of.signer,), document[:start] + document[end:])
    return document[: start + 1] + made.hex().encode().ljust(2 * room, b"0") + document[end - 1 :]


def _cms_of(of: Authorities, people: Sequence[Person], content: bytes) -> bytes:
    """A CMS of which each signs the content."""
    found = [cms.ContentInfo.load(sign_cms(of, content, one, detached=True)) for one in people]
    whole = found[0]
    held = [data["content"] for data in found]
    whole["content"]["certificates"] = [c.chosen for data in held for c in data["certificates"]]
    whole["content"]["signer_infos"] = [one for data in held for one in data["signer_infos"]]
    return bytes(whole.dump(force=True))


MAKERS: Mapping[str, Callable[[Authorities], bytes]] = {
    "pdf-place-suivante": next_place,
    "pdf-ordre-des-touches": with_tabs,
    "pdf-verrou": with_lock,
    "pdf-numero-rendu": freed,
    "pdf-table-zero": first_of_all,
    "pdf-balise": tagged,
    "pdf-liste": chosen,
    "pdf-preuves": kept,
    "pdf-plan-vide": nothing_named,
    "pdf-dans-le-champ": in_its_field,
    "pdf-hors-du-formulaire": lambda of: in_its_field(of, listed=False),
    "pdf-deux-dans-un": lambda of: in_its_field(of, (of.signer, of.second)),
}
