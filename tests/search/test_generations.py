"""Building aside, publishing in one step, and what a reader meets when that goes wrong."""

import json
import os
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from whoosh.index import open_dir
from whoosh.query import Term

from communaute.wiring.indexing import OpenIndex
from search_index import Document, IndexUnavailable, build, open_index
from tests.search.corpus import LIBRARY, found, section
from tests.search.readers import ask_what_is_cut, read_until


def generation_of(number: int, sections: int = 40) -> Iterator[Document]:
    for i in range(sections):
        yield section(f"page-{i}", f"Facture {i}", "Le corps de la facture.", kind=f"g{number}")


def test_readers_in_three_processes_never_see_a_mix_or_an_error(tmp_path: Path) -> None:
    build(tmp_path, generation_of(0))
    context = get_context("spawn")
    stop, ready, told = context.Event(), context.Barrier(4), context.Queue()
    readers = [
        context.Process(target=read_until, args=(stop, ready, tmp_path, told)) for _ in range(3)
    ]
    for reader in readers:
        reader.start()
    ready.wait(timeout=60)
    for number in range(1, 5):
        build(tmp_path, generation_of(number))
    stop.set()
    reports = [told.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert [faults for _, faults in reports] == [set(), set(), set()]
    assert all(asked > 0 for asked, _ in reports)
    assert {hit.kind for hit in open_index(tmp_path).search("facture").hits} == {"g4"}


def test_an_open_index_answers_after_its_files_are_gone(tmp_path: Path) -> None:
    build(tmp_path, LIBRARY)
    index = open_index(tmp_path)
    for _ in range(10):
        build(tmp_path, generation_of(1, sections=2))
    assert not index.generation.exists()
    assert index.search("changer de siret").hits[0].excerpt


def test_the_former_generations_stay_a_while_for_those_about_to_open_them(tmp_path: Path) -> None:
    kept = [build(tmp_path, generation_of(n, sections=2)) for n in range(3)]
    assert all(generation.exists() for generation in kept)


def test_a_generation_long_out_of_use_is_removed(tmp_path: Path) -> None:
    old = [build(tmp_path, generation_of(n, sections=2)) for n in range(3)]
    for generation in old:
        os.utime(generation, (0, 0))
    build(tmp_path, generation_of(4, sections=2))
    assert [generation.exists() for generation in old] == [False, True, True]


def test_a_builder_that_fails_leaves_what_was_published(tmp_path: Path) -> None:
    def breaking() -> Iterator[Document]:
        yield section("a", "Nouveau", "Nouveau.")
        raise RuntimeError("disk full")

    before = build(tmp_path, LIBRARY)
    with pytest.raises(RuntimeError, match="disk full"):
        build(tmp_path, breaking())
    assert open_index(tmp_path).generation == before
    assert list(tmp_path.glob("g*")) == [before]


def test_an_empty_index_is_never_published(tmp_path: Path) -> None:
    build(tmp_path, LIBRARY)
    with pytest.raises(ValueError, match="no document"):
        build(tmp_path, [])
    assert found(open_index(tmp_path), "siret")


def test_two_documents_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'a'"):
        build(tmp_path, [section("a", "Un", "Un."), section("a", "Deux", "Deux.")])


def test_an_index_knows_what_it_was_built_from(tmp_path: Path) -> None:
    build(tmp_path, LIBRARY, fingerprint="abc")
    index = open_index(tmp_path)
    assert not index.is_older_than("abc")
    assert index.is_older_than("def")


def test_the_same_documents_give_the_same_answers(tmp_path: Path) -> None:
    build(tmp_path / "one", LIBRARY)
    build(tmp_path / "two", LIBRARY)
    one, two = open_index(tmp_path / "one"), open_index(tmp_path / "two")
    for text in ("facture siret", "tarif", "mémoire de frais"):
        assert [(h.id, h.score) for h in one.search(text).hits] == [
            (h.id, h.score) for h in two.search(text).hits
        ]


def test_whoosh_holds_the_index_of_record(tmp_path: Path) -> None:
    build(tmp_path, LIBRARY)
    with open_dir(tmp_path / "current" / "whoosh").searcher() as searcher:
        hits = searcher.search(Term("terms", "siret"))
        assert {hit["page"] for hit in hits} == {"siret", "deposer"}
        assert hits[0]["page"] == "siret"


def test_no_folder_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable):
        open_index(tmp_path / "absent")


def a_dangling_pointer(generation: Path) -> None:
    generation.rename(generation.with_name("elsewhere"))


def a_manifest_of_another_program(generation: Path) -> None:
    (generation / "manifest.json").write_text('["something", "else"]')


def a_manifest_cut(generation: Path) -> None:
    (generation / "manifest.json").write_text('{"format": 1, "files": {')


def a_manifest_of_another_version(generation: Path) -> None:
    told = json.loads((generation / "manifest.json").read_text())
    (generation / "manifest.json").write_text(json.dumps(told | {"format": 1}))


def a_manifest_that_leads_out(generation: Path) -> None:
    told = json.loads((generation / "manifest.json").read_text())
    told["files"] = {}
    (generation / "manifest.json").write_text(json.dumps(told))
    for path in (generation / "whoosh").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        a_dangling_pointer,
        a_manifest_of_another_program,
        a_manifest_cut,
        a_manifest_of_another_version,
        a_manifest_that_leads_out,
    ],
)
def test_a_foreign_index_is_unavailable(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(build(tmp_path, LIBRARY))
    with pytest.raises(IndexUnavailable):
        open_index(tmp_path)


def test_any_file_cut_changed_or_missing_makes_the_index_unavailable(tmp_path: Path) -> None:
    generation = build(tmp_path, LIBRARY)
    files = [path for path in sorted(generation.rglob("*")) if path.is_file()]
    assert len(files) > 10
    for path in files:
        whole = path.read_bytes()
        if whole:
            path.write_bytes(whole[: len(whole) // 2])
            with pytest.raises(IndexUnavailable):
                open_index(tmp_path)
        path.unlink()
        with pytest.raises(IndexUnavailable):
            open_index(tmp_path)
        path.write_bytes(whole)
    assert found(open_index(tmp_path), "siret")


def test_a_pickle_put_in_place_of_the_schema_is_never_read(tmp_path: Path) -> None:
    generation = build(tmp_path, LIBRARY)
    ran = tmp_path / "ran"
    (schema,) = (generation / "whoosh").glob("*.toc")
    schema.write_bytes(f"cposix\nsystem\n(S'touch {ran}'\ntR.".encode())
    with pytest.raises(IndexUnavailable):
        open_index(tmp_path)
    assert not ran.exists()


def test_an_unavailable_index_is_made_again_by_building(tmp_path: Path) -> None:
    generation = build(tmp_path, LIBRARY)
    (generation / "manifest.json").unlink()
    build(tmp_path, LIBRARY)
    assert found(open_index(tmp_path), "siret")


def test_an_open_index_takes_the_next_generation_and_only_then_opens_again(tmp_path: Path) -> None:
    build(tmp_path, generation_of(1))
    live = OpenIndex(tmp_path)
    first = live.now()
    assert live.now() is first
    build(tmp_path, generation_of(2))
    assert {hit.kind for hit in live.now().search("facture").hits} == {"g2"}


def test_an_open_index_keeps_what_it_has_when_the_next_is_broken(tmp_path: Path) -> None:
    build(tmp_path, generation_of(1))
    live = OpenIndex(tmp_path)
    first = live.now()
    a_manifest_cut(build(tmp_path, generation_of(2)))
    assert live.now() is first
    build(tmp_path, generation_of(3))
    live.failed_at = float("-inf")  # as once the pause after a failure is over
    assert live.now() is not first


def test_an_open_index_without_any_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable):
        OpenIndex(tmp_path).now()


@pytest.mark.parametrize("body", ["", "🎉", "le la les"])
def test_a_library_without_a_word_can_be_built_and_asked(tmp_path: Path, body: str) -> None:
    build(tmp_path, [section("vide", "", body)])
    assert open_index(tmp_path).search("facture").hits == ()


def test_files_cut_under_a_reader_do_not_kill_it(tmp_path: Path) -> None:
    generation = build(tmp_path, LIBRARY)
    context = get_context("spawn")
    opened, cut, told = context.Event(), context.Event(), context.Queue()
    reader = context.Process(target=ask_what_is_cut, args=(tmp_path, opened, cut, told))
    reader.start()
    opened.wait()
    for file in generation.rglob("*"):
        if file.is_file():
            file.write_bytes(b"")
    cut.set()
    assert told.get()
    reader.join()
    assert reader.exitcode == 0
