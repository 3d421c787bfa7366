"""A list is taken when it verifies and is newer; the last good copy stays otherwise."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from communaute.domain.signatures.trust.lists import ListFile
from communaute.domain.signatures.trust.reading import parse_list, read_header
from communaute.domain.signatures.trust.refresh import Taken, refresh_lists, refused_files
from communaute.domain.signatures.trust.sources import Folder, Publishers, SourceUnreachable
from communaute.domain.signatures.trust.store import load_trust
from tests.signatures.trusted_lists import (
    ISSUED,
    Pointer,
    Service,
    TrustedList,
    a_signer,
    anchors_of,
    signed,
)


COMMISSION, SUCCESSOR = a_signer("Commission d’essai"), a_signer("Commission suivante")
FRANCE, STRANGER = a_signer("Autorité française d’essai"), a_signer("Inconnu")
POINTERS = (Pointer("FR", (FRANCE,)), Pointer("EU", (COMMISSION,)))
AUTHORITY = Service(a_signer("AC qualifiée d’essai"))


def top(
    number: int = 10, *, days: int = 0, pointers: tuple[Pointer, ...] = POINTERS
) -> TrustedList:
    return TrustedList("EU", number, ISSUED + timedelta(days=days), pointers=pointers)


def french(number: int = 5, *, days: int = 0) -> TrustedList:
    return TrustedList("FR", number, ISSUED + timedelta(days=days), services=(AUTHORITY,))


Refresh = Callable[..., dict[str, str]]


@pytest.fixture
def refresh(tmp_path: Path) -> Refresh:
    """Refresh the trust DIR from a folder of these files; say what became of each list."""

    def refreshed(**files: bytes) -> dict[str, str]:
        folder = tmp_path / "source"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, xml in files.items():
            (folder / f"{name}.xml").write_bytes(xml)
        source = Folder(folder)
        taken = list(refresh_lists(tmp_path / "trust", source, anchors_of(COMMISSION)))
        taken += refused_files(source, taken)
        return {one.territory: one.outcome for one in taken}

    return refreshed


def numbers(tmp_path: Path) -> dict[str, int]:
    trust = load_trust(tmp_path / "trust", lambda: anchors_of(COMMISSION))
    return {one.territory: one.sequence_number for one in trust.lists if not one.refused}


def test_lists_that_verify_are_taken_and_then_unchanged(refresh: Refresh, tmp_path: Path) -> None:
    files = {"a": signed(top(), COMMISSION), "b": signed(french(), FRANCE)}

    assert refresh(**files) == {"EU": "taken", "FR": "taken"}
    assert refresh(**files) == {"EU": "unchanged", "FR": "unchanged"}
    assert numbers(tmp_path) == {"EU": 10, "FR": 5}


def test_what_was_taken_is_told_with_its_number_and_its_dates(tmp_path: Path) -> None:
    (tmp_path / "lotl.xml").write_bytes(signed(top(), COMMISSION))

    (taken,) = refresh_lists(tmp_path / "trust", Folder(tmp_path), anchors_of(COMMISSION))
    assert taken == Taken("EU", "taken", 10, ISSUED, ISSUED + timedelta(days=180))


def test_a_newer_list_replaces_the_former(refresh: Refresh, tmp_path: Path) -> None:
    refresh(a=signed(top(), COMMISSION), b=signed(french(), FRANCE))

    refresh(a=signed(top(11, days=1), COMMISSION), b=signed(french(6, days=1), FRANCE))
    assert numbers(tmp_path) == {"EU": 11, "FR": 6}


def test_a_number_that_goes_back_is_refused(refresh: Refresh, tmp_path: Path) -> None:
    refresh(a=signed(top(), COMMISSION), b=signed(french(), FRANCE))

    back = refresh(a=signed(top(9), COMMISSION), b=signed(french(4), FRANCE))
    assert back == {"EU": "refused", "FR": "refused"}
    assert numbers(tmp_path) == {"EU": 10, "FR": 5}


def test_a_date_that_goes_back_is_refused_whatever_the_number(
    refresh: Refresh, tmp_path: Path
) -> None:
    refresh(a=signed(top(), COMMISSION), b=signed(french(), FRANCE))

    back = refresh(a=signed(top(99, days=-1), COMMISSION), b=signed(french(99, days=-1), FRANCE))
    assert back == {"EU": "refused", "FR": "refused"}
    assert numbers(tmp_path) == {"EU": 10, "FR": 5}


def test_a_forged_list_is_refused_and_the_good_copy_stays(refresh: Refresh, tmp_path: Path) -> None:
    refresh(a=signed(top(), COMMISSION), b=signed(french(), FRANCE))

    forged = refresh(a=signed(top(11, days=1), STRANGER), b=signed(french(6, days=1), STRANGER))
    assert forged == {"EU": "refused", "FR": "refused"}
    assert numbers(tmp_path) == {"EU": 10, "FR": 5}


def test_a_national_list_is_taken_with_the_list_of_lists_already_there(
    refresh: Refresh, tmp_path: Path
) -> None:
    refresh(a=signed(top(), COMMISSION))

    assert refresh(b=signed(french(), FRANCE)) == {"EU": "unreachable", "FR": "taken"}


def test_a_list_that_nobody_names_and_a_file_that_is_no_list_are_named(
    refresh: Refresh,
) -> None:
    belgian = signed(TrustedList("BE"), STRANGER)

    assert refresh(a=signed(top(), COMMISSION), b=belgian, c=b"<no-list/>") == {
        "EU": "taken",
        "BE": "refused",
        "": "refused",
    }


@pytest.mark.parametrize("announcer", ["the copy already there", "a pivot of the source"])
def test_new_signers_announced_by_the_former_ones_are_followed_and_remembered(
    refresh: Refresh, tmp_path: Path, announcer: str
) -> None:
    announcing = top(10, pointers=(Pointer("FR", (FRANCE,)), Pointer("EU", (SUCCESSOR,))))
    pivot = "https://ec.europa.eu/tools/lotl/pivot.xml"
    newest = TrustedList(
        "EU", 12, ISSUED + timedelta(days=2), pointers=announcing.pointers, pivots=(pivot,)
    )
    if announcer == "the copy already there":
        refresh(a=signed(announcing, COMMISSION))
        taken = refresh(a=signed(newest, SUCCESSOR), b=signed(french(), FRANCE))
    else:
        taken = refresh(
            pivot=signed(announcing, COMMISSION),
            a=signed(newest, SUCCESSOR),
            b=signed(french(), FRANCE),
        )

    assert taken == {"EU": "taken", "FR": "taken"}
    assert numbers(tmp_path) == {"EU": 12, "FR": 5}


def test_a_refresh_leaves_no_draft_behind(refresh: Refresh, tmp_path: Path) -> None:
    refresh(a=signed(top(), COMMISSION), b=signed(french(), FRANCE))

    assert sorted(path.name for path in (tmp_path / "trust" / "lists").iterdir()) == [
        "eu-lotl.xml",
        "tl-fr.xml",
    ]


class Unplugged:
    """Publishers, without network; counts who is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def list_of_lists(self) -> ListFile:
        self.asked += 1
        raise SourceUnreachable("son éditeur n’a pas répondu")

    def gives(self, territory: str) -> bool:
        return False

    def pivot(self, address: str) -> ListFile:
        return self.list_of_lists()

    def national(self, territory: str, address: str) -> ListFile:
        return self.list_of_lists()


def test_without_network_one_line_says_so_and_nobody_else_is_asked(
    refresh: Refresh, tmp_path: Path
) -> None:
    refresh(a=signed(top(), COMMISSION), b=signed(french(), FRANCE))
    source = Unplugged()

    taken = list(refresh_lists(tmp_path / "trust", source, anchors_of(COMMISSION)))
    assert [(one.territory, one.outcome) for one in taken] == [("EU", "unreachable")]
    assert source.asked == 1
    assert numbers(tmp_path) == {"EU": 10, "FR": 5}


class Mixed(Unplugged):
    """Publishers of which one gives the list of another country."""

    def list_of_lists(self) -> ListFile:
        return as_file(signed(top(pointers=(Pointer("BE", (FRANCE,)),)), COMMISSION))

    def gives(self, territory: str) -> bool:
        return True

    def national(self, territory: str, address: str) -> ListFile:
        return as_file(signed(french(), FRANCE))


def as_file(xml: bytes) -> ListFile:
    return ListFile("list.xml", xml, read_header(parse_list(xml)))


def test_the_list_of_another_country_is_refused(tmp_path: Path) -> None:
    taken = list(refresh_lists(tmp_path, Mixed(), anchors_of(COMMISSION)))

    assert [(one.territory, one.outcome) for one in taken] == [("EU", "taken"), ("BE", "refused")]


@pytest.mark.parametrize(
    "address", ["http://listes.example/tl.xml", "file:///etc/passwd", "ftp://listes.example/"]
)
def test_a_list_is_asked_over_https_only(address: str) -> None:
    with pytest.raises(SourceUnreachable, match="HTTPS"):
        Publishers().national("FR", address)


def test_a_pivot_is_asked_of_the_commission_only() -> None:
    with pytest.raises(SourceUnreachable, match="Commission"):
        Publishers().pivot("https://169.254.169.254/pivot.xml")
