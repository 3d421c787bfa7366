"""A list counts only if somebody allowed to sign it did, and only as far as he signed it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from communaute.domain.signatures.trust.reading import LIST_BYTES
from communaute.domain.signatures.trust.store import LoadedTrust, load_trust
from tests.signatures.trusted_lists import (
    ISSUED,
    QTST,
    Period,
    Pointer,
    Service,
    Signer,
    TrustedList,
    a_signer,
    anchors_of,
    signed,
)


COMMISSION = a_signer("Commission d’essai")
FRANCE = a_signer("Autorité française d’essai")
BELGIUM = a_signer("Autorité belge d’essai")
STRANGER = a_signer("Inconnu")
AUTHORITY = a_signer("AC qualifiée d’essai")
TOP = TrustedList("EU", 10, pointers=(Pointer("FR", (FRANCE,)), Pointer("EU", (COMMISSION,))))
FRENCH = TrustedList("FR", 5, services=(Service(AUTHORITY),))

Load = Callable[..., LoadedTrust]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write lists in a trust DIR, and load it."""

    def loaded(*signers: Signer, **files: bytes) -> LoadedTrust:
        (tmp_path / "lists").mkdir(exist_ok=True)
        for name, xml in files.items():
            (tmp_path / "lists" / f"{name}.xml").write_bytes(xml)
        return load_trust(tmp_path, lambda: anchors_of(*(signers or (COMMISSION,))))

    return loaded


def refusals(trust: LoadedTrust) -> list[str]:
    return [one.refused for one in trust.lists if one.refused]


def test_a_national_list_signed_by_whom_the_list_of_lists_names_is_taken(load: Load) -> None:
    trust = load(top=signed(TOP, COMMISSION), fr=signed(FRENCH, FRANCE))

    assert [(one.territory, one.sequence_number) for one in trust.lists] == [("EU", 10), ("FR", 5)]
    assert refusals(trust) == []
    assert [one.sha256 for one in trust.anchor_certificates()] == [AUTHORITY.asn1.sha256]
    named = trust.anchors_named({AUTHORITY.asn1.subject.hashable, "nobody"})
    assert [one.sha256 for one in named] == [AUTHORITY.asn1.sha256]
    assert not trust.anchors_named({"nobody"})


def test_a_national_list_signed_by_somebody_else_is_refused_and_named(load: Load) -> None:
    trust = load(top=signed(TOP, COMMISSION), fr=signed(FRENCH, STRANGER))

    assert refusals(trust) == ["fr.xml : sa signature n’est celle d’aucun des signataires annoncés"]
    assert not trust.anchor_certificates()


def test_a_list_of_lists_signed_by_somebody_else_makes_every_list_refused(load: Load) -> None:
    trust = load(top=signed(TOP, STRANGER), fr=signed(FRENCH, FRANCE))

    assert [text.split(" : ")[0] for text in refusals(trust)] == ["top.xml", "fr.xml"]
    assert not trust.anchor_certificates()


def test_one_altered_byte_makes_a_list_refused(load: Load) -> None:
    altered = signed(FRENCH, FRANCE).replace(b"AC qualifi", b"AC Qualifi", 1)
    trust = load(top=signed(TOP, COMMISSION), fr=altered)

    assert len(refusals(trust)) == 1
    assert not trust.anchor_certificates()


def test_a_list_not_named_by_the_list_of_lists_is_refused(load: Load) -> None:
    belgian = TrustedList("BE", services=(Service(AUTHORITY),))
    trust = load(top=signed(TOP, COMMISSION), be=signed(belgian, BELGIUM))

    assert refusals(trust) == ["be.xml : aucun signataire n’est annoncé pour cette liste"]


def test_a_signed_list_wrapped_in_a_forged_one_gives_nothing_of_the_forged_one(
    load: Load,
) -> None:
    genuine = signed(FRENCH, FRANCE).split(b"?>", 1)[1]
    forged = signed(TrustedList("FR", 99, services=(Service(STRANGER),)), STRANGER)
    wrapped = forged.replace(b"</TrustServiceStatusList>", genuine + b"</TrustServiceStatusList>")
    trust = load(top=signed(TOP, COMMISSION), fr=wrapped)

    assert len(refusals(trust)) == 1
    assert not trust.anchor_certificates()


def test_the_newest_copy_that_verifies_is_used_and_a_newer_one_that_does_not_is_named(
    load: Load,
) -> None:
    newer = TrustedList("FR", 6, services=(Service(STRANGER),))
    trust = load(
        top=signed(TOP, COMMISSION),
        fr4=signed(TrustedList("FR", 4), FRANCE),
        fr5=signed(FRENCH, FRANCE),
        fr6=signed(newer, STRANGER),
    )

    assert [one.sequence_number for one in trust.lists if not one.refused] == [10, 5]
    assert [text.split(" : ")[0] for text in refusals(trust)] == ["fr6.xml"]


def test_a_list_whose_signer_expired_after_signing_it_stays_good(load: Load) -> None:
    signer = a_signer("Autorité d’hier", until=ISSUED + timedelta(days=1))
    top = TrustedList("EU", pointers=(Pointer("FR", (signer,)),))

    assert refusals(load(top=signed(top, COMMISSION), fr=signed(FRENCH, signer))) == []


def test_a_list_issued_after_its_signer_expired_is_refused(load: Load) -> None:
    signer = a_signer("Autorité d’avant-hier", until=ISSUED - timedelta(days=1))
    top = TrustedList("EU", pointers=(Pointer("FR", (signer,)),))

    assert len(refusals(load(top=signed(top, COMMISSION), fr=signed(FRENCH, signer)))) == 1


def test_a_pivot_signed_by_a_pinned_signer_announces_the_signers_of_the_next_list(
    load: Load,
) -> None:
    successor = a_signer("Commission suivante")
    pivot = TrustedList("EU", 8, pointers=(Pointer("EU", (successor,)),))
    trust = load(
        pivot=signed(pivot, COMMISSION), top=signed(TOP, successor), fr=signed(FRENCH, FRANCE)
    )

    assert refusals(trust) == []
    assert trust.anchor_certificates()


def test_a_list_issued_before_the_publication_in_force_announces_nobody(load: Load) -> None:
    successor = a_signer("Commission suivante")
    old = TrustedList("EU", 8, datetime(2020, 1, 1, tzinfo=UTC), (), (Pointer("EU", (successor,)),))

    trust = load(pivot=signed(old, COMMISSION), top=signed(TOP, successor))

    assert [text.split(" : ")[0] for text in refusals(trust)] == ["top.xml"]


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"not XML", "le fichier n’est pas du XML lisible"),
        (b"<liste/>", "le fichier n’est pas une liste de confiance (ETSI TS 119 612)"),
        (b"<a>" + b" " * LIST_BYTES, "le fichier dépasse 16 Mo"),
        (
            b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
            "le fichier déclare un type de document, ce qu’une liste ne fait pas",
        ),
        (
            b'<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"/>',
            "l’en-tête de la liste est incomplet ou illisible",
        ),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_named(load: Load, xml: bytes, reason: str) -> None:
    assert refusals(load(fr=xml)) == [f"fr.xml : {reason}"]


def test_an_external_entity_is_not_read(load: Load, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("<secret/>")
    xml = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><a>&x;</a>'

    assert "secret" not in refusals(load(fr=xml.encode()))[0]


def test_a_billion_laughs_is_refused(load: Load) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]><a>&l9;</a>'

    assert len(refusals(load(fr=xml.encode()))) == 1


def test_a_missing_folder_trusts_nobody(tmp_path: Path) -> None:
    trust = load_trust(tmp_path / "nowhere")

    assert (trust.lists, tuple(trust.anchor_certificates())) == ((), ())


def test_a_list_says_when_the_next_is_due(load: Load) -> None:
    trust = load(top=signed(TOP, COMMISSION), fr=signed(FRENCH, FRANCE))

    assert {one.next_update for one in trust.lists} == {ISSUED + timedelta(days=180)}


def granted_periods(trust: LoadedTrust) -> list[tuple[int, int | None]]:
    bases = [one.information.base_info for one in trust.services]
    return sorted(
        (base.valid_from.year, base.valid_until.year if base.valid_until else None)
        for base in bases
    )


def test_only_the_periods_when_a_service_was_granted_count(load: Load) -> None:
    years = ((2024, "withdrawn"), (2020, "granted"), (2019, "withdrawn"), (2017, "granted"))
    periods = tuple(Period(datetime(year, 1, 1, tzinfo=UTC), status) for year, status in years)
    french = TrustedList("FR", services=(Service(AUTHORITY, periods=periods),))
    trust = load(top=signed(TOP, COMMISSION), fr=signed(french, FRANCE))

    assert granted_periods(trust) == [(2017, 2019), (2020, 2024)]


def test_before_eidas_a_supervised_or_accredited_service_was_granted_and_not_after(
    load: Load,
) -> None:
    years = ((2018, "withdrawn"), (2014, "accredited"), (2012, "undersupervision"))
    periods = tuple(Period(datetime(year, 1, 1, tzinfo=UTC), status) for year, status in years)
    french = TrustedList("FR", services=(Service(AUTHORITY, periods=periods),))
    trust = load(top=signed(TOP, COMMISSION), fr=signed(french, FRANCE))

    assert granted_periods(trust) == [(2012, 2014), (2014, 2016)]


def test_a_service_taken_over_by_another_provider_still_counts(load: Load) -> None:
    taken_over = (
        '<Extension Critical="true"><TakenOverBy '
        'xmlns="http://uri.etsi.org/02231/v2/additionaltypes#"/></Extension>'
    )
    french = TrustedList("FR", services=(Service(AUTHORITY, extension=taken_over),))

    assert load(top=signed(TOP, COMMISSION), fr=signed(french, FRANCE)).services


def test_an_unknown_critical_extension_leaves_its_service_out(load: Load) -> None:
    unknown = '<Extension Critical="true"><Nouveau xmlns="urn:essai"/></Extension>'
    french = TrustedList("FR", services=(Service(AUTHORITY, extension=unknown),))

    assert not load(top=signed(TOP, COMMISSION), fr=signed(french, FRANCE)).services


def test_the_anchors_of_signers_and_of_time_stamps_are_kept_apart(load: Load) -> None:
    stamps = a_signer("Horodatage d’essai")
    french = TrustedList("FR", services=(Service(AUTHORITY), Service(stamps, QTST)))
    trust = load(top=signed(TOP, COMMISSION), fr=signed(french, FRANCE))

    assert trust.signer_trust().is_root(AUTHORITY.asn1)
    assert not trust.signer_trust().is_root(stamps.asn1)
    assert trust.timestamp_trust().is_root(stamps.asn1)
    assert not trust.timestamp_trust().is_root(AUTHORITY.asn1)
