"""Forms filled in, signed by several, commented upon: what the author allowed and what he did not."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.vocabulary import Answer, Criterion, Modification, Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf, sign_as
from tests.signatures.edits import (
    add_comment,
    cover_with_empty_field,
    fill_field,
    replace_text,
    update,
)


Change = Callable[[IncrementalPdfFileWriter], None]
READ_ONLY = generic.NumberObject(1)
HIDDEN = generic.NumberObject(2)


def box(*numbers: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, numbers))


def drawn(writer: IncrementalPdfFileWriter, text: bytes) -> DictionaryObject:
    """An appearance that says `text`."""
    kind = {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box(0, 0, 240, 30)}
    drawing = b"BT /F1 12 Tf 2 5 Td (%s) Tj ET" % text
    stream = generic.StreamObject(kind, stream_data=drawing)
    return DictionaryObject({pdf_name("/N"): writer.add_object(stream)})


def setting(key: str, value: generic.PdfObject, field: int = 0) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        held = writer.root["/AcroForm"]["/Fields"][field]
        held[key] = value
        writer.mark_update(held.container_ref)

    return change


def drawing(text: bytes, field: int = 0) -> Change:
    return lambda writer: setting("/AP", drawn(writer, text), field)(writer)


def together(*changes: Change) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        for one in changes:
            one(writer)

    return change


def with_places(writer: IncrementalPdfFileWriter) -> None:
    """Three places to sign, each drawn before anybody signed."""
    for number in range(1, 4):
        place = SigFieldSpec(
            f"S{number}", on_page=0, box=(60, 100 * number, 300, 100 * number + 50)
        )
        append_signature_field(writer, place)
        field = writer.root["/AcroForm"]["/Fields"][number]
        field["/AP"] = drawn(writer, b"Signez ici")


WRITE = together(setting("/V", generic.pdf_string("mille")), drawing(b"mille"))
FILLED = update(blank_pdf(), together(fill_field, drawing(b"cent")))
LOCKED = update(FILLED, setting("/Ff", READ_ONLY))


def integrity_of(report: DocumentReport) -> Answer:
    points = report.signatures[0].points
    return next(point.answer for point in points if point.criterion is Criterion.INTEGRITY)


def test_a_form_filled_in_before_may_be_signed_by_several(office: Office, check: Verifier) -> None:
    """pyHanko names every field that has an appearance, changed or not: point 5 was left open."""
    document = FILLED
    for number, label in enumerate(("signer", "ec", "adesqc")):
        document = office.sign(document, label, field=f"Signature{number}")
    report = check(document)
    assert report.acceptable
    assert len(report.signatures) == 3


@pytest.mark.parametrize("form", [blank_pdf(), FILLED])
def test_places_drawn_for_others_may_be_signed_one_after_the_other(
    form: bytes, office: Office, check: Verifier
) -> None:
    """A place not yet signed hangs on the page that gains a signature: it was said new."""
    document = update(form, with_places)
    for number in range(1, 4):
        document = office.sign_place(document, f"S{number}")
        assert check(document).acceptable, number


def with_a_place_apart(writer: IncrementalPdfFileWriter) -> None:
    """A place to sign whose widget is an object of its own."""
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    widget = DictionaryObject(
        {
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/Rect"): box(60, 100, 300, 150),
            pdf_name("/P"): page,
            pdf_name("/F"): generic.NumberObject(132),
        }
    )
    field = DictionaryObject(
        {pdf_name("/FT"): pdf_name("/Sig"), pdf_name("/T"): generic.pdf_string("Apart")}
    )
    held, shown = writer.add_object(field), writer.add_object(widget)
    widget["/Parent"], field["/Kids"] = held, generic.ArrayObject([shown])
    for holder, key, one in (
        (writer.root["/AcroForm"], "/Fields", held),
        (page.get_object(), "/Annots", shown),
    ):
        holder[key].append(one)
        writer.update_container(holder[key])


def test_a_place_whose_widget_is_apart_may_be_signed_after_others(
    office: Office, check: Verifier
) -> None:
    """pyHanko calls it suspicious; everything else is compared instead."""
    first = office.sign(update(blank_pdf(), with_a_place_apart))
    assert check(office.sign_place(first, "Apart")).acceptable
    hidden = update(first, setting("/V", generic.pdf_string("mille")))
    for forged in (
        office.sign_place(update(first, replace_text), "Apart"),
        update(office.sign_place(first, "Apart"), replace_text),
        office.sign_place(update(first, add_comment), "Apart"),
        office.sign_place(update(first, moving_the_widget), "Apart"),
    ):
        assert check(forged).verdict is Verdict.FAILED
    assert not check(office.sign_place(hidden, "Apart")).acceptable


def moving_the_widget(writer: IncrementalPdfFileWriter) -> None:
    widget = writer.root["/AcroForm"]["/Fields"][1]["/Kids"][0]
    widget["/Rect"] = box(60, 690, 400, 730)
    writer.mark_update(widget.container_ref)


def test_a_place_drawn_otherwise_since_is_seen(office: Office, check: Verifier) -> None:
    document = office.sign_place(update(blank_pdf(), with_places), "S1")
    assert check(update(document, drawing(b"Lu et approuve", 2))).verdict is Verdict.FAILED


def test_a_form_filled_in_between_two_signatures_is_seen(office: Office, check: Verifier) -> None:
    first = office.sign(FILLED)
    report = check(office.sign(update(first, WRITE), "ec", field="Other"))
    assert report.verdict is Verdict.PASSED
    assert integrity_of(report) is Answer.UNDETERMINED


def certified(form: bytes, permission: MDPPerm, office: Office) -> bytes:
    return sign_as(office.signer("signer"), form, certify=permission)


@pytest.mark.parametrize("change", [WRITE, setting("/Ff", READ_ONLY)])
def test_what_the_author_opened_may_be_filled_in(
    change: Change, office: Office, check: Verifier
) -> None:
    report = check(update(certified(FILLED, MDPPerm.FILL_FORMS, office), change))
    assert report.acceptable


@pytest.mark.parametrize(
    ("form", "change"),
    [
        (LOCKED, WRITE),
        (LOCKED, together(setting("/Ff", generic.NumberObject(0)), WRITE)),
        (FILLED, setting("/F", HIDDEN)),
        (FILLED, setting("/DA", generic.pdf_string("/F1 12 Tf 1 g"))),
        (FILLED, drawing(b"cent euros")),  # worth what it was, and drawn otherwise
    ],
)
def test_what_the_author_locked_or_never_drew_so_leaves_integrity_open(
    form: bytes, change: Change, office: Office, check: Verifier
) -> None:
    """A locked amount written over, an amount hidden: what pyHanko alone admits is not accepted."""
    report = check(update(certified(form, MDPPerm.FILL_FORMS, office), change))
    assert report.verdict is Verdict.INDETERMINATE
    assert integrity_of(report) is Answer.UNDETERMINED
    assert not report.acceptable


OFF, ON = pdf_name("/Off"), pdf_name("/On")
BOX = update(
    blank_pdf(),
    together(setting("/FT", pdf_name("/Btn")), setting("/V", OFF), setting("/AS", OFF)),
)


def test_a_box_that_is_ticked_and_worth_nothing_leaves_integrity_open(
    office: Office, check: Verifier
) -> None:
    form = certified(BOX, MDPPerm.FILL_FORMS, office)
    ticked = update(form, together(setting("/V", ON), setting("/AS", ON)))
    assert check(ticked).acceptable
    shown = check(update(form, setting("/AS", ON)))
    assert shown.verdict is Verdict.INDETERMINATE
    assert not shown.acceptable


@pytest.mark.parametrize(
    "change",
    [
        setting("/Rect", box(60, 690, 400, 730)),
        setting("/AA", DictionaryObject()),
        cover_with_empty_field,
    ],
)
@pytest.mark.parametrize("permission", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
def test_a_field_is_not_moved_nor_given_a_script(
    change: Change, permission: MDPPerm, office: Office, check: Verifier
) -> None:
    report = check(update(certified(FILLED, permission, office), change))
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("permission", "expected"),
    [(MDPPerm.FILL_FORMS, Verdict.FAILED), (MDPPerm.ANNOTATE, Verdict.INDETERMINATE)],
)
def test_the_look_of_a_field_changes_only_where_notes_may(
    permission: MDPPerm, expected: Verdict, office: Office, check: Verifier
) -> None:
    """A widget is an annotation: where the author let them be changed, nobody broke his rule."""
    look = DictionaryObject({pdf_name("/BG"): box(1, 1, 1)})
    document = update(certified(FILLED, permission, office), setting("/MK", look))
    assert check(document).verdict is expected


CAPTIONED = DictionaryObject({pdf_name("/BC"): box(0), pdf_name("/CA"): generic.pdf_string("4")})
BORDERED = DictionaryObject({pdf_name("/BC"): box(0)})
RECOLOURED = DictionaryObject({pdf_name("/BC"): box(1)})
TURNED_BY_NOTHING = DictionaryObject({pdf_name("/R"): generic.NumberObject(0)})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (DictionaryObject(), TURNED_BY_NOTHING, Verdict.PASSED),
        (CAPTIONED, BORDERED, Verdict.INDETERMINATE),
        (BORDERED, CAPTIONED, Verdict.FAILED),
        (BORDERED, RECOLOURED, Verdict.FAILED),
    ],
    ids=["default", "lost", "gained", "changed"],
)
def test_filling_in_may_write_the_look_of_a_field_anew(
    before: DictionaryObject,
    after: DictionaryObject,
    expected: Verdict,
    office: Office,
    check: Verifier,
) -> None:
    """Firefox leaves the caption out: nothing is drawn otherwise, unless somebody draws it anew."""
    form = certified(update(FILLED, setting("/MK", before)), MDPPerm.FILL_FORMS, office)
    assert check(update(form, together(WRITE, setting("/MK", after)))).verdict is expected


def test_a_look_that_is_taken_away_is_no_proof_added(office: Office, check: Verifier) -> None:
    form = certified(update(FILLED, setting("/MK", CAPTIONED)), MDPPerm.FILL_FORMS, office)
    (found,) = check(update(form, setting("/MK", BORDERED))).signatures
    assert found.verdict is Verdict.INDETERMINATE
    assert found.facts.revision is not None
    assert found.facts.revision.modification is Modification.FORM_FILLING


def test_the_picture_of_a_signature_is_not_changed(office: Office, check: Verifier) -> None:
    document = sign_as(office.signer("signer"), blank_pdf(), box=(60, 100, 300, 150))
    assert check(document).acceptable
    for change in (drawing(b"Le Maire", 1), setting("/Rect", box(60, 690, 400, 730), 1)):
        assert check(update(document, change)).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        (MDPPerm.NO_CHANGES, Verdict.FAILED),
        (MDPPerm.FILL_FORMS, Verdict.FAILED),
        (MDPPerm.ANNOTATE, Verdict.INDETERMINATE),
    ],
)
def test_comments_are_for_the_author_to_allow(
    permission: MDPPerm, expected: Verdict, office: Office, check: Verifier
) -> None:
    """Allowed, they are no fault; but they may hide the text, and nobody signed them."""
    report = check(update(certified(blank_pdf(), permission, office), add_comment))
    assert report.verdict is expected
    assert not report.acceptable
    revision = report.signatures[0].facts.revision
    assert revision is not None
    allowed = expected is Verdict.INDETERMINATE
    assert (revision.modification is Modification.ANNOTATIONS) is allowed
    assert revision.changes_allowed is allowed


def note(**more: generic.PdfObject) -> Change:
    """Add an annotation to the page, a closed sticky note unless told otherwise."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        made: dict[str, generic.PdfObject] = {"Type": generic.pdf_name("/Annot")}
        made |= {
            "Subtype": generic.pdf_name("/Text"),
            "Rect": box(60, 690, 80, 710),
            "Contents": generic.pdf_string("À relire"),
        } | more
        entries = {generic.pdf_name(f"/{key}"): value for key, value in made.items()}
        page["/Annots"].append(writer.add_object(DictionaryObject(entries)))
        writer.update_container(page["/Annots"])

    return change


def leading(then: generic.PdfObject | None = None) -> DictionaryObject:
    """An action that opens an address, then does something else."""
    action = {"S": generic.pdf_name("/URI"), "URI": generic.pdf_string("https://example.org")}
    more = {} if then is None else {"Next": then}
    return DictionaryObject({generic.pdf_name(f"/{k}"): v for k, v in (action | more).items()})


LINK = {"Subtype": generic.pdf_name("/Link")}
OPEN = generic.pdf_name("/Open")
NO_BORDER = generic.ArrayObject([generic.NumberObject(0)] * 3)


@pytest.mark.parametrize(
    ("change", "acceptable"),
    [
        (note(), True),
        (note(**LINK, Border=NO_BORDER), True),
        (note(**LINK), False),
        (note(**LINK, Border=generic.ArrayObject([generic.NumberObject(9)] * 3)), False),
        (note(AP=DictionaryObject()), False),
        (note(Popup=DictionaryObject({OPEN: generic.BooleanObject(True)})), False),
        (note(Popup=DictionaryObject({OPEN: generic.BooleanObject(False)})), True),
        (note(**LINK, Border=NO_BORDER, A=leading()), True),
        (note(**LINK, Border=NO_BORDER, A=leading(DictionaryObject())), False),
        (note(Open=generic.BooleanObject(True)), False),
        (note(Subtype=generic.pdf_name("/Square")), False),
        (note(Subtype=generic.pdf_name("/Stamp")), False),
    ],
)
def test_allowed_notes_that_can_hide_nothing_leave_the_document_whole(
    change: Change, acceptable: bool, office: Office, check: Verifier
) -> None:
    """An icon, or a link that nobody sees; what has a look of its own may be white."""
    signed = certified(blank_pdf(), MDPPerm.ANNOTATE, office)
    report = check(update(signed, change))
    assert report.acceptable is acceptable
    assert report.verdict is (Verdict.PASSED if acceptable else Verdict.INDETERMINATE)
    assert check(update(certified(blank_pdf(), MDPPerm.FILL_FORMS, office), change)).verdict is (
        Verdict.FAILED
    )


def noted(writer: IncrementalPdfFileWriter) -> None:
    note()(writer)


def removing_the_note(writer: IncrementalPdfFileWriter) -> None:
    held = writer.root["/Pages"]["/Kids"][0]["/Annots"]
    at = next(n for n, one in enumerate(held) if one.get_object()["/Subtype"] == "/Text")
    del held[at]
    writer.update_container(held)


def rewording_the_note(writer: IncrementalPdfFileWriter) -> None:
    held = writer.root["/Pages"]["/Kids"][0]["/Annots"]
    found = next(
        one for one in map(held.__getitem__, range(len(held))) if one["/Subtype"] == "/Text"
    )
    found["/Contents"] = generic.pdf_string("D'accord")
    writer.update_container(found)


@pytest.mark.parametrize("change", [removing_the_note, rewording_the_note])
def test_a_note_that_was_there_when_it_was_signed_is_not_taken_away(
    change: Change, office: Office, check: Verifier
) -> None:
    """The author lets it be done, and who signed read it: integrity stays open."""
    signed = certified(update(blank_pdf(), noted), MDPPerm.ANNOTATE, office)
    assert check(signed).acceptable
    assert check(update(signed, change)).verdict is Verdict.INDETERMINATE


def two_pages_noted() -> bytes:
    """A document of two pages, with two notes on the first."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        content = writer.add_object(generic.StreamObject(stream_data=b""))
        writer.insert_page(PageObject(content, (0, 0, 600, 800), DictionaryObject()))

    document = update(blank_pdf(), change)
    return update(update(document, note()), note(Contents=generic.pdf_string("Payé")))


def notes_of(writer: IncrementalPdfFileWriter) -> list[generic.PdfObject]:
    listed = writer.root["/Pages"]["/Kids"][0]["/Annots"]
    return [listed.raw_get(n) for n in range(len(listed))]


def in_another_order(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"] = generic.ArrayObject(notes_of(writer)[::-1])
    writer.update_container(page)


def on_another_page(writer: IncrementalPdfFileWriter) -> None:
    field, first, moved, place = notes_of(writer)
    for rank, listed in enumerate(([field, first, place], [moved])):
        page = writer.root["/Pages"]["/Kids"][rank]
        page["/Annots"] = generic.ArrayObject(listed)
        writer.update_container(page)


@pytest.mark.parametrize("change", [in_another_order, on_another_page])
def test_a_note_that_stands_elsewhere_is_not_the_one_that_was_signed(
    change: Change, office: Office, check: Verifier
) -> None:
    """What lies over another is drawn after it; on another page it speaks of something else."""
    document = certified(two_pages_noted(), MDPPerm.ANNOTATE, office)
    assert check(document).acceptable
    report = check(update(document, change))
    assert report.verdict is Verdict.INDETERMINATE
    assert not report.acceptable


def test_allowed_comments_hide_no_other_change(office: Office, check: Verifier) -> None:
    def turn(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Rotate"] = generic.NumberObject(180)
        writer.mark_update(page.container_ref)

    document = certified(blank_pdf(), MDPPerm.ANNOTATE, office)
    assert check(update(document, together(add_comment, turn))).verdict is Verdict.FAILED
