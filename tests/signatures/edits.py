"""What people do to a document after it was signed: allowed, forbidden or sly."""

from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def update(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Apply `change` in an incremental update, as any editor would."""
    writer = IncrementalPdfFileWriter(BytesIO(document), strict=False)
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def fill_field(writer: IncrementalPdfFileWriter, value: str = "1000000") -> None:
    """Fill the text field in."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/V"] = generic.pdf_string(value)
    writer.mark_update(field.container_ref)


def replace_text(writer: IncrementalPdfFileWriter) -> None:
    """Replace what the page says."""
    page = writer.root["/Pages"]["/Kids"][0]
    content = b"BT /F1 20 Tf 60 700 Td (Contrat de mille euros) Tj ET"
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=content))
    writer.mark_update(page.container_ref)


def add_comment(writer: IncrementalPdfFileWriter) -> None:
    """Lay a note over the page."""
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("Lu et approuvé pour mille euros"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                list(map(generic.NumberObject, (60, 690, 400, 730)))
            ),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def cover_with_empty_field(writer: IncrementalPdfFileWriter) -> None:
    """Add a signature field that nobody signs, over the text, saying something else."""
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    rectangle = list(map(generic.NumberObject, (60, 690, 400, 730)))
    appearance = generic.StreamObject(
        {
            generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
            generic.pdf_name("/BBox"): generic.ArrayObject(rectangle),
        },
        stream_data=b"BT /F1 20 Tf 60 700 Td (Contrat de mille euros) Tj ET",
    )
    drawn = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(appearance)})
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Sig"),
            generic.pdf_name("/T"): generic.pdf_string("Evil"),
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
            generic.pdf_name("/Rect"): generic.ArrayObject(rectangle),
            generic.pdf_name("/AP"): drawn,
            generic.pdf_name("/F"): generic.NumberObject(132),
            generic.pdf_name("/P"): page,
        }
    )
    reference = writer.add_object(field)
    for holder, key in ((writer.root["/AcroForm"], "/Fields"), (page.get_object(), "/Annots")):
        holder[key].append(reference)
        writer.update_container(holder[key])


def restyle_the_form(writer: IncrementalPdfFileWriter) -> None:
    """Have the values of the form drawn anew, in white."""
    form = writer.root["/AcroForm"]
    form["/DA"] = generic.pdf_string("/F1 0 Tf 1 g")
    writer.update_container(form)
