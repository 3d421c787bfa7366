"""What programs do to a signed document in good faith, and what hides behind the same acts."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from communaute.domain.signatures.vocabulary import Modification, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf, sign_as
from tests.signatures.edits import add_comment, replace_text, update
from tests.signatures.pki import NOW
from tests.signatures.raw_pdf import updated


Change = Callable[[IncrementalPdfFileWriter], None]


def named(**entries: generic.PdfObject) -> DictionaryObject:
    return DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def name(text: str) -> generic.NameObject:
    return pdf_name(f"/{text}")


def string(text: str) -> generic.PdfObject:
    return generic.pdf_string(text)


def numbers(*given: int) -> ArrayObject:
    return ArrayObject(map(NumberObject, given))


def first_page(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    page: generic.IndirectObject = writer.root["/Pages"]["/Kids"].raw_get(0)
    return page


def together(*changes: Change) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        for one in changes:
            one(writer)

    return change


def setting(holder: str, key: str, value: generic.PdfObject) -> Change:
    """Set an entry of the catalogue (« »), of the first page or of a field (its rank)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        if holder == "":
            writer.root[key] = value
            writer.update_root()
            return
        fields = writer.root["/AcroForm"]["/Fields"]
        found = first_page(writer) if holder == "page" else fields.raw_get(int(holder))
        found.get_object()[key] = value
        writer.mark_update(found.reference)

    return change


def with_an_empty_place(field: str = "Suivant", **more: object) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec(field, on_page=0, box=(300, 100, 450, 150)))

    return change


def tagged(writer: IncrementalPdfFileWriter) -> None:
    """A structure as word processors export it: a document, a paragraph on the page."""
    page = first_page(writer)
    root = named(Type=name("StructTreeRoot"), ParentTreeNextKey=NumberObject(1))
    place = writer.add_object(root)
    document = named(Type=name("StructElem"), S=name("Document"), P=place)
    held = writer.add_object(document)
    paragraph = named(
        Type=name("StructElem"), S=name("P"), P=held, Pg=page, K=NumberObject(0), Alt=string("Cent")
    )
    said = writer.add_object(paragraph)
    document["/K"], root["/K"] = ArrayObject([said]), held
    parents = named(Nums=ArrayObject([NumberObject(0), ArrayObject([said])]))
    root["/ParentTree"] = writer.add_object(parents)
    writer.root["/StructTreeRoot"] = place
    writer.root["/MarkInfo"] = named(Marked=generic.BooleanObject(True))
    page.get_object()["/StructParents"] = NumberObject(0)
    writer.update_root()
    writer.mark_update(page.reference)


def telling_of_the_widget(writer: IncrementalPdfFileWriter, **said: generic.PdfObject) -> None:
    """Add the structure element of the last field, as ISO 32000-1, 14.7.4.3 has it."""
    widget = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    held = writer.root.raw_get("/StructTreeRoot")
    root = held.get_object()
    document, parents = root.raw_get("/K"), root.raw_get("/ParentTree")
    served = named(Type=name("OBJR"), Obj=widget, Pg=first_page(writer))
    element = named(Type=name("StructElem"), S=name("Form"), P=document, K=served, **said)
    added = writer.add_object(element)
    document.get_object()["/K"].append(added)
    parents.get_object()["/Nums"] += [NumberObject(1), added]
    root["/ParentTreeNextKey"] = NumberObject(2)
    widget.get_object()["/StructParent"] = NumberObject(1)
    for one in (held, parents, document, widget):
        writer.mark_update(one.reference)


def signed_twice(office: Office, document: bytes, *between: Change) -> bytes:
    """Two people sign; the second one's program does more than add a signature."""
    first = office.sign(document)
    place = update(first, together(with_an_empty_place("Other"), *between))
    return office.sign_place(place, "Other", "ec")


PLAIN = blank_pdf()
TAGGED = update(PLAIN, tagged)


@pytest.mark.parametrize(
    "between",
    [
        (),
        (setting("page", "/Tabs", name("S")),),
        (setting("2", "/Lock", named(Type=name("SigFieldLock"), Action=name("All"))),),
        (setting("", "/Version", name("2.0")),),
    ],
    ids=["place", "tabs", "lock", "version"],
)
def test_a_second_signature_changes_nothing_that_is_read(
    between: tuple[Change, ...], office: Office, check: Verifier
) -> None:
    assert check(signed_twice(office, PLAIN, *between)).acceptable


DEFAULTS: dict[str, Change] = {
    "mode": setting("", "/PageMode", name("UseNone")),
    "layout": setting("", "/PageLayout", name("SinglePage")),
    "viewer": setting("", "/ViewerPreferences", named()),
    "scale": setting("page", "/UserUnit", NumberObject(1)),
    "marks": setting("", "/MarkInfo", named(Suspects=generic.BooleanObject(False))),
}
NO_DEFAULTS: dict[str, Change] = {
    "mode": setting("", "/PageMode", name("UseAttachments")),
    "layout": setting("", "/PageLayout", name("TwoColumnLeft")),
    "outlines": setting("", "/Outlines", named(Type=name("Outlines"), First=named())),
    "scale": setting("page", "/UserUnit", NumberObject(2)),
}


@pytest.mark.parametrize("said", DEFAULTS)
def test_a_default_may_be_written_out(said: str, office: Office, check: Verifier) -> None:
    """ISO 32000-1, tables 28, 30 and 321: readers do the same when it is not said."""
    assert check(signed_twice(office, PLAIN, DEFAULTS[said])).acceptable


@pytest.mark.parametrize("said", NO_DEFAULTS)
def test_what_is_no_default_is_seen(said: str, office: Office, check: Verifier) -> None:
    assert check(signed_twice(office, PLAIN, NO_DEFAULTS[said])).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "between",
    [
        setting("page", "/Rotate", NumberObject(0)),
        setting("page", "/CropBox", numbers(0, 0, 600, 800)),
    ],
    ids=["turned", "cropped"],
)
def test_a_page_that_repeats_the_default_is_not_called_altered(
    between: Change, office: Office, check: Verifier
) -> None:
    """What a page inherits, two readers may not agree on: not accepted, nor refused."""
    report = check(signed_twice(office, PLAIN, between))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_number_that_never_was_may_be_marked_free(office: Office, check: Verifier) -> None:
    mark = b"/Info 8 0 R /ID [<dfe425c6c6993c5e> <b9ab8868c5f8a595>] "
    freed = updated(office.sign(PLAIN), free=[90], trailer=mark)
    report = check(office.sign(freed, "ec", field="Other"))
    assert report.acceptable
    # A number that the page uses is no such thing.
    taken = updated(office.sign(PLAIN), free=[3], trailer=mark)
    assert check(office.sign(taken, "ec", field="Other")).verdict is Verdict.FAILED


def test_a_tagged_document_gains_the_element_of_a_signature(
    office: Office, check: Verifier
) -> None:
    assert check(signed_twice(office, TAGGED, telling_of_the_widget)).acceptable


def saying_otherwise(key: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        paragraph = writer.root["/StructTreeRoot"]["/K"]["/K"].raw_get(0)
        paragraph.get_object()[key] = string("Mille euros")
        writer.mark_update(paragraph.reference)

    return change


@pytest.mark.parametrize("key", ["/Alt", "/ActualText", "/E"])
def test_what_is_read_aloud_is_not_changed(key: str, office: Office, check: Verifier) -> None:
    for document in (
        update(office.sign(TAGGED), saying_otherwise(key)),
        signed_twice(office, TAGGED, telling_of_the_widget, saying_otherwise(key)),
    ):
        assert check(document).verdict is Verdict.FAILED


def test_an_element_that_speaks_is_not_that_of_a_signature(office: Office, check: Verifier) -> None:
    def speaking(writer: IncrementalPdfFileWriter) -> None:
        telling_of_the_widget(writer, ActualText=string("Contrat de mille euros"))

    assert check(signed_twice(office, TAGGED, speaking)).verdict is Verdict.FAILED


def with_a_list(writer: IncrementalPdfFileWriter) -> None:
    """A list box with two choices, the first one taken."""
    page = first_page(writer)
    field = named(
        FT=name("Ch"),
        T=string("lot"),
        Type=name("Annot"),
        Subtype=name("Widget"),
        Rect=numbers(60, 500, 300, 530),
        Opt=ArrayObject([string("un"), string("deux")]),
        V=string("un"),
        I=numbers(0),
        P=page,
    )
    place = writer.add_object(field)
    for holder, key in ((writer.root["/AcroForm"], "/Fields"), (page.get_object(), "/Annots")):
        holder[key].append(place)
        writer.update_container(holder[key])


CHOSEN = together(setting("1", "/V", string("deux")), setting("1", "/I", numbers(1)))


@pytest.mark.parametrize(
    ("permission", "change", "expected"),
    [
        (MDPPerm.FILL_FORMS, CHOSEN, Verdict.PASSED),
        (MDPPerm.NO_CHANGES, CHOSEN, Verdict.FAILED),
        (MDPPerm.FILL_FORMS, setting("1", "/Opt", ArrayObject([string("x")])), Verdict.FAILED),
    ],
)
def test_a_list_is_chosen_from_where_the_author_let_it(
    permission: MDPPerm, change: Change, expected: Verdict, office: Office, check: Verifier
) -> None:
    document = sign_as(office.signer("signer"), update(PLAIN, with_a_list), certify=permission)
    report = check(update(document, change))
    assert report.verdict is expected
    assert report.acceptable is (expected is Verdict.PASSED)


def test_a_place_for_the_next_signer_is_admitted(office: Office, check: Verifier) -> None:
    report = check(update(office.sign(PLAIN), with_an_empty_place()))
    assert report.acceptable
    revision = report.signatures[0].facts.revision
    assert revision is not None
    assert revision.modification is Modification.FORM_FILLING


@pytest.mark.parametrize("key", ["/BG", "/CA", "/I"])
def test_an_empty_place_that_shows_something_is_not(
    key: str, office: Office, check: Verifier
) -> None:
    look = setting("2", "/MK", DictionaryObject({pdf_name(key): string("Mille euros")}))
    shown = update(office.sign(PLAIN), together(with_an_empty_place(), look))
    assert not check(shown).acceptable
    acts = update(
        office.sign(PLAIN), together(with_an_empty_place(), setting("2", "/AA", named(E=named())))
    )
    assert check(acts).verdict is not Verdict.PASSED


def test_an_archival_update_reached_from_the_signature_itself(
    office: Office, check: Verifier
) -> None:
    """The author's signature refers to the catalogue, which gains a security store."""
    certified = sign_as(office.signer("signer"), PLAIN, certify=MDPPerm.NO_CHANGES)
    assert check(office.add_revocation(certified, NOW)).acceptable


def test_what_nobody_can_explain_and_nobody_sees_is_not_called_altered(
    office: Office, check: Verifier
) -> None:
    """A structure put in another order, an entry that no standard knows."""

    def reordered(writer: IncrementalPdfFileWriter) -> None:
        document = writer.root["/StructTreeRoot"]["/K"]
        document["/S"] = name("Sect")
        writer.mark_update(document.container_ref)

    report = check(update(office.sign(TAGGED), reordered))
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable


def adding_a_page(writer: IncrementalPdfFileWriter) -> None:
    """The last field doubles as a page: what is left out of one list is not of another."""
    field = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    pages = writer.root["/Pages"]
    stream = generic.StreamObject(stream_data=b"BT (Avenant) Tj ET")
    parent = first_page(writer).get_object().raw_get("/Parent")
    size = numbers(0, 0, 600, 800)
    field.get_object().update(named(Type=name("Page"), MediaBox=size, Parent=parent))
    field.get_object()["/Contents"] = writer.add_object(stream)
    pages["/Kids"].append(field)
    pages["/Count"] = NumberObject(2)
    writer.mark_update(field.reference)
    writer.mark_update(pages.container_ref)


def serving_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    """Before anybody signs, a place to sign is also what says which layer is shown."""
    append_signature_field(writer, SigFieldSpec("Other", on_page=0, box=(300, 100, 450, 150)))
    place = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    page = first_page(writer)
    place.get_object()["/F"] = NumberObject(4)
    page.get_object()["/Resources"]["/Properties"] = named(MC0=place)
    writer.mark_update(page.reference)
    writer.mark_update(place.reference)


def test_a_place_that_also_serves_elsewhere_is_compared_whole_there(
    office: Office, check: Verifier
) -> None:
    first = office.sign(update(PLAIN, serving_elsewhere))
    turned = update(first, setting("1", "/F", NumberObject(2)))
    assert check(office.sign_place(turned, "Other", "ec")).verdict is Verdict.FAILED


SEEN: dict[str, Change] = {
    "text": replace_text,
    "comment": add_comment,
    "page": adding_a_page,
    "turned": setting("page", "/Rotate", NumberObject(180)),
    "cropped": setting("page", "/CropBox", numbers(0, 0, 10, 10)),
    "opening": setting("", "/OpenAction", named(S=name("URI"), URI=string("https://example.org"))),
    "outline": setting("", "/Outlines", named(Title=string("Avenant"))),
    "labels": setting("", "/PageLabels", named(Nums=ArrayObject())),
    "names": setting(
        "", "/Names", named(EmbeddedFiles=named(Names=ArrayObject([string("a"), named()])))
    ),
    "layers": setting("", "/OCProperties", named(OCGs=ArrayObject())),
    "viewer": setting("", "/ViewerPreferences", named(DisplayDocTitle=generic.BooleanObject(True))),
    "moved": setting("0", "/Rect", numbers(60, 690, 400, 730)),
    "renamed": setting("0", "/T", string("total")),
    "acting": setting("0", "/AA", named(K=named(S=name("JavaScript")))),
}


@pytest.mark.parametrize("case", SEEN)
def test_behind_a_second_signature_what_is_seen_is_refused(
    case: str, office: Office, check: Verifier
) -> None:
    assert check(signed_twice(office, PLAIN, SEEN[case])).verdict is Verdict.FAILED


@pytest.mark.parametrize("case", SEEN)
def test_beside_an_archival_update_what_is_seen_is_refused(
    case: str, office: Office, check: Verifier
) -> None:
    if case == "page":
        pytest.skip("a field that came with a signature")
    document = office.add_revocation(update(office.sign(PLAIN), SEEN[case]), NOW)
    assert check(document).verdict is Verdict.FAILED


def test_a_title_changed_behind_a_second_signature_is_seen(office: Office, check: Verifier) -> None:
    """Readers show it above the page. pyHanko lets it pass: it is at least not hidden from us."""

    def retitled(writer: IncrementalPdfFileWriter) -> None:
        writer.set_info(named(Title=string("Contrat de mille euros")))

    report = check(signed_twice(office, TAGGED, telling_of_the_widget, retitled))
    assert report.verdict is Verdict.FAILED
