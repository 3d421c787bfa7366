"""Files: PDF, PNG or JPEG by what their bytes are; two things at once, or another name, is refused."""

import io
import zipfile
import zlib

import pytest
from PIL import Image, ImageFile
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.messages import drafts, file_kinds, files
from communaute.domain.messages.errors import FileRefused
from communaute.domain.messages.file_kinds import kind_of
from communaute.domain.messages.files import checked_name
from communaute.domain.structures import practice
from communaute.models import MessageAttachment
from tests.messages.worlds import ALL, NOON, town
from tests.structures import worlds


def image(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    made = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(made, form)
    return made.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A PDF of one empty page and some more objects."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
        *objects,
    ]
    body, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1,
        start,
    )


def packed(inside: bytes) -> bytes:
    """An object stream."""
    data = zlib.compress(inside)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(data)
    return head + b"\nstream\n" + data + b"\nendstream"


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("x.html", "<script>")
    return made.getvalue()


PNG, JPEG, PDF = image("PNG"), image("JPEG"), pdf()


def test_what_is_allowed() -> None:
    assert kind_of("plan.png", PNG) == "png"
    assert kind_of("photo.JPG", JPEG) == "jpeg"
    assert kind_of("photo.jpeg", image("JPEG", (640, 480))) == "jpeg"
    assert kind_of("note.pdf", PDF) == "pdf"
    progressive = io.BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(progressive, "JPEG", progressive=True)
    assert kind_of("p.jpg", progressive.getvalue()) == "jpeg"


REFUSED = {
    "empty": ("a.pdf", b""),
    "a page": ("a.pdf", b"<!doctype html><script>alert(1)</script>"),
    "an archive": ("a.zip", archive()),
    "a program": ("a.exe", b"MZ\x90\x00" + bytes(64)),
    "a GIF": ("a.gif", image("GIF")),
    "a GIF called PNG": ("a.png", image("GIF")),
    "a PNG called JPEG": ("a.jpg", PNG),
    "a JPEG called PDF": ("a.pdf", JPEG),
    "a PDF called PNG": ("a.png", PDF),
    "no extension": ("plan", PNG),
    "a double extension": ("plan.png.html", PNG),
    "a PNG then an archive": ("a.png", PNG + archive()),
    "a JPEG then an archive": ("a.jpg", JPEG + archive()),
    "a PDF then an archive": ("a.pdf", PDF + archive()),
    "a PNG then a page": ("a.png", PNG + b"<html>"),
    "a PNG then anything": ("a.png", PNG + b"x"),
    "a JPEG then anything": ("a.jpg", JPEG + bytes(9)),
    "a PDF then anything": ("a.pdf", PDF + b"x" * 3000),
    "a PDF that begins later": ("a.pdf", b"\n" + PDF),
    "a PDF in a JPEG's comment": ("a.jpg", JPEG[:2] + b"\xff\xfe\x00\x09<script " + JPEG[2:]),
    "a PNG with a page in a chunk": ("a.png", PNG.replace(b"IDAT", b"<svg", 1)),
    "a PNG cut short": ("a.png", PNG[:-20]),
    "a JPEG cut short": ("a.jpg", JPEG[: len(JPEG) // 2]),
    "a PNG that does not open": ("a.png", PNG[:40] + bytes(9) + PNG[49:]),
    "only a beginning": ("a.png", PNG[:8]),
    "only a beginning of JPEG": ("a.jpg", b"\xff\xd8\xff\xe0"),
    "a program in a PDF": ("a.pdf", pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>")),
    "a program with its name disguised": ("a.pdf", pdf(b"<< /S /#4aavaScript >>")),
    "a program packed away": ("a.pdf", pdf(packed(b"9 0 << /S /JavaScript >>"))),
    "a start of a program": ("a.pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>")),
    "a file in a PDF": ("a.pdf", pdf(b"<< /Type /EmbeddedFile >>")),
    "a PDF under a password": ("a.pdf", pdf(b"<< /Encrypt 9 0 R >>")),
    "a packed object with its name disguised": (
        "a.pdf",
        pdf(packed(b"9 0 << /S /JavaScript >>").replace(b"/ObjStm", b"/Obj#53tm")),
    ),
    "a PDF that unfolds without end": ("a.pdf", pdf(packed(bytes(70 * 1024 * 1024)))),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    with pytest.raises(FileRefused) as refused:
        kind_of(*REFUSED[case])
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("case", [case for case, (name, _) in REFUSED.items() if "pdf" not in name])
def test_an_image_is_refused_in_a_process_that_makes_pdf(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the maker of PDF asks of Pillow for the whole process.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    with pytest.raises(FileRefused):
        kind_of(*REFUSED[case])


def test_an_image_larger_than_any_use() -> None:
    wide = io.BytesIO()
    Image.new("1", (30_000, 2_000)).save(wide, "PNG")
    with pytest.raises(FileRefused, match="trop grande"):
        kind_of("a.png", wide.getvalue())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/plan.png", "plan.png"),
        ("C:\\Users\\moi\\plan.png", "plan.png"),
        ("plan\u202egnp.png", "plangnp.png"),
        ("pl\x00an\r\n.png", "plan.png"),
        (".htaccess.png", "htaccess.png"),
        ("é" * 200 + ".png", "é" * 96 + ".png"),
    ],
)
def test_a_name_says_nothing_more_than_a_name(typed: str, kept: str) -> None:
    assert checked_name(typed) == kept


def test_three_files_and_twenty_megabytes_in_all(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, commune = town(session)
    draft = drafts.begin(session, user, commune.id, ALL, NOON)
    here = (session, user, commune.id, draft.id)
    for _ in range(3):
        files.add(*here, "plan.png", PNG, NOON)
    with pytest.raises(FileRefused, match="3 fichiers"):
        files.add(*here, "plan.png", PNG, NOON)
    files.remove(*here, files.of(session, draft.id)[0].id, NOON)
    monkeypatch.setattr(files, "LARGEST_IN_ALL", 3 * len(PNG) - 1)
    with pytest.raises(FileRefused, match="en tout"):
        files.add(*here, "plan.png", PNG, NOON)
    monkeypatch.setattr(file_kinds, "LARGEST", len(PNG) - 1)
    with pytest.raises(FileRefused, match="dépasse"):
        files.add(*here, "plan.png", PNG, NOON)


def test_files_go_with_their_message(session: Session) -> None:
    user, commune = town(session)
    draft = drafts.begin(session, user, commune.id, ALL, NOON)
    files.add(session, user, commune.id, draft.id, "plan.png", PNG, NOON)
    drafts.erase(session, user, commune.id, draft.id, NOON)
    session.flush()
    kept = select(func.count()).select_from(MessageAttachment)
    assert session.scalar(kept.where(MessageAttachment.message_id == draft.id)) == 0


def test_what_is_not_sent_yet_has_a_bound(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, commune = town(session)
    monkeypatch.setattr(files, "LARGEST_DRAFTS", 2 * len(PNG))
    for expected in (True, True, False):
        draft = drafts.begin(session, user, commune.id, ALL, NOON)
        if expected:
            files.add(session, user, commune.id, draft.id, "plan.png", PNG, NOON)
        else:
            with pytest.raises(FileRefused, match="effacez"):
                files.add(session, user, commune.id, draft.id, "plan.png", PNG, NOON)


def test_a_guest_keeps_little(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    guest = worlds.guest(session)
    company = practice.state(session, guest, worlds.NOW).structure.id
    draft = drafts.begin(session, guest, company, ALL, worlds.NOW)
    monkeypatch.setattr(files, "LARGEST_PRACTICE", len(PNG))
    files.add(session, guest, company, draft.id, "plan.png", PNG, worlds.NOW)
    with pytest.raises(FileRefused, match="entraînement"):
        files.add(session, guest, company, draft.id, "plan.png", PNG, worlds.NOW)


@pytest.mark.parametrize(
    "trap",
    [
        b"/ObjStm " * 400_000,
        b"/ObjStm\nstream\n" * 200_000,
        b"/ObjStm\nstream\n" * 200_000 + b"endstream",
        b"/ObjStm\nstream\nx\nendstream\n" * 100_000,
        b"/a" * 1_500_000,
        b"\xff" * 3_000_000,
    ],
)
def test_a_file_made_to_take_long_is_refused_as_others_are(trap: bytes) -> None:
    """A time that grew as the square of the size would not end."""
    for name, content in (
        ("a.pdf", b"%PDF-1.7\n" + trap + b"/Launch\nstartxref\n9\n%%EOF"),
        ("a.jpg", b"\xff\xd8\xff" + trap),
        ("a.png", PNG[:8] + trap),
    ):
        with pytest.raises(FileRefused):
            kind_of(name, content)
