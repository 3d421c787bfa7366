"""The table of rules on its own: no library, no file, every combination of facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.blueprints.signatures.words import POINTS
from communaute.domain.signatures.facts import (
    CertificateFacts,
    RevisionFacts,
    RevocationFacts,
    ServiceAtTime,
    SignatureFacts,
    TechnicalOutcome,
)
from communaute.domain.signatures.judging import no_verdict, points, verdict, wording
from communaute.domain.signatures.vocabulary import (
    Answer,
    Coverage,
    Criterion,
    Error,
    Format,
    Integrity,
    Level,
    Modification,
    Qualified,
    RevocationStatus,
    SubIndication,
    TimeSource,
    Verdict,
)
from communaute.french.typography import typeset


NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=30)

PERSON = CertificateFacts(
    holder="Claude Exemple",
    organisation="",
    country="FR",
    issuer="Autorité d’essai",
    serial="1f",
    not_before=NOW - 12 * MONTH,
    not_after=NOW + 12 * MONTH,
    sha256="00" * 32,
    key="RSA 3072",
)
SERVICE = ServiceAtTime(NOW, "Essais", "FR", "CA/QC", True, True, "esign", True)
REVISION = RevisionFacts(1000, 0, Coverage.WHOLE_FILE, Modification.NONE, True)
SOUND = SignatureFacts(
    name="Signature1",
    format=Format.PADES,
    level=Level.B_T,
    integrity=Integrity.INTACT,
    outcome=TechnicalOutcome(Verdict.PASSED, None, "basic"),
    certificate=PERSON,
    chain=(PERSON,),
    anchored=True,
    declared_at=NOW - MONTH,
    proven_at=NOW - MONTH,
    time_source=TimeSource.SIGNATURE_TIMESTAMP,
    revocation=RevocationFacts(RevocationStatus.GOOD, "CRL", NOW),
    revision=REVISION,
    service_at_signing=SERVICE,
    service_at_issuance=SERVICE,
)


def revoked(at: datetime) -> RevocationFacts:
    return RevocationFacts(RevocationStatus.REVOKED, "CRL", NOW, at)


def changed(**how: Any) -> RevisionFacts:
    return replace(REVISION, **how)


INDETERMINATE = TechnicalOutcome(Verdict.INDETERMINATE, SubIndication.TRY_LATER, "basic")

# One fact made worse at a time: what the rules must answer.
WORSE: dict[str, tuple[SignatureFacts, Verdict, SubIndication]] = {
    "hash": (
        replace(SOUND, integrity=Integrity.HASH_MISMATCH),
        Verdict.FAILED,
        SubIndication.HASH_FAILURE,
    ),
    "signature": (
        replace(SOUND, integrity=Integrity.BAD_SIGNATURE),
        Verdict.FAILED,
        SubIndication.SIG_CRYPTO_FAILURE,
    ),
    "coverage": (
        replace(SOUND, revision=changed(coverage=Coverage.PARTIAL)),
        Verdict.FAILED,
        SubIndication.FORMAT_FAILURE,
    ),
    "modified": (
        replace(SOUND, revision=changed(modification=Modification.OTHER)),
        Verdict.FAILED,
        SubIndication.FORMAT_FAILURE,
    ),
    "permissions": (
        replace(SOUND, revision=changed(changes_allowed=False)),
        Verdict.FAILED,
        SubIndication.FORMAT_FAILURE,
    ),
    "not compared": (
        replace(SOUND, revision=changed(modification=Modification.UNKNOWN)),
        Verdict.INDETERMINATE,
        SubIndication.GENERIC,
    ),
    "not checked": (
        replace(SOUND, integrity=Integrity.UNKNOWN),
        Verdict.INDETERMINATE,
        SubIndication.GENERIC,
    ),
    "no certificate": (
        replace(SOUND, certificate=None),
        Verdict.INDETERMINATE,
        SubIndication.GENERIC,
    ),
    "library": (
        replace(SOUND, outcome=INDETERMINATE),
        Verdict.INDETERMINATE,
        SubIndication.TRY_LATER,
    ),
    "no anchor": (
        replace(SOUND, anchored=False),
        Verdict.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    ),
    "revoked": (
        replace(SOUND, revocation=revoked(NOW - 2 * MONTH)),
        Verdict.INDETERMINATE,
        SubIndication.REVOKED_NO_POE,
    ),
    "revoked, no proven time": (
        replace(SOUND, revocation=revoked(NOW - timedelta(days=1)), proven_at=None),
        Verdict.INDETERMINATE,
        SubIndication.REVOKED_NO_POE,
    ),
    "authority revoked": (
        replace(SOUND, faults=("revoked_authority",)),
        Verdict.INDETERMINATE,
        SubIndication.REVOKED_CA_NO_POE,
    ),
    "no attributes": (
        replace(SOUND, faults=("no_signed_attributes",)),
        Verdict.INDETERMINATE,
        SubIndication.SIG_CONSTRAINTS_FAILURE,
    ),
    "too early": (
        replace(SOUND, proven_at=PERSON.not_before - MONTH),
        Verdict.INDETERMINATE,
        SubIndication.NOT_YET_VALID,
    ),
    "too late": (
        replace(SOUND, proven_at=PERSON.not_after + MONTH),
        Verdict.INDETERMINATE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
    ),
}

facts = st.builds(
    SignatureFacts,
    name=st.just("Signature1"),
    format=st.sampled_from(Format),
    level=st.none() | st.sampled_from(Level),
    integrity=st.sampled_from(Integrity),
    outcome=st.builds(
        TechnicalOutcome,
        verdict=st.sampled_from(Verdict),
        sub_indication=st.none() | st.sampled_from(SubIndication),
        step=st.sampled_from(["basic", "time", "long_term"]),
    ),
    certificate=st.none() | st.just(PERSON) | st.just(replace(PERSON, holder="")),
    anchored=st.booleans(),
    declared_at=st.none() | st.just(NOW),
    proven_at=st.none() | st.sampled_from([NOW - n * 10 * MONTH for n in range(-3, 3)]),
    revocation=st.builds(
        RevocationFacts,
        status=st.sampled_from(RevocationStatus),
        revoked_at=st.none() | st.sampled_from([NOW - MONTH, NOW + MONTH]),
    ),
    revision=st.none()
    | st.builds(
        RevisionFacts,
        length=st.just(10),
        added_after=st.just(0),
        coverage=st.sampled_from(Coverage),
        modification=st.sampled_from(Modification),
        changes_allowed=st.none() | st.booleans(),
        values_filled=st.booleans(),
    ),
    service_at_signing=st.none() | st.just(SERVICE) | st.just(replace(SERVICE, granted=False)),
    service_at_issuance=st.none() | st.just(SERVICE),
    faults=st.lists(st.sampled_from(sorted(wording.FAULTS, key=str)), max_size=2).map(tuple),
)


def test_sound_facts_pass_and_are_acceptable() -> None:
    ruling = verdict.judge(SOUND, NOW)
    assert ruling == verdict.Ruling(Verdict.PASSED, None, "passed")
    assert points.acceptable(ruling, points.answers(SOUND, ruling, NOW))
    assert verdict.qualified(SOUND, ruling) is Qualified.QES


@pytest.mark.parametrize("case", WORSE)
def test_one_fact_made_worse_is_enough(case: str) -> None:
    found, expected, sub_indication = WORSE[case]
    ruling = verdict.judge(found, NOW)
    assert (ruling.verdict, ruling.sub_indication) == (expected, sub_indication)


@given(facts)
def test_only_what_is_sound_in_every_respect_passes(found: SignatureFacts) -> None:
    if verdict.judge(found, NOW).verdict is not Verdict.PASSED:
        return
    assert found.outcome.verdict is Verdict.PASSED
    assert found.integrity is Integrity.INTACT
    assert found.anchored
    assert found.certificate is not None
    at = found.proven_at or NOW
    assert found.certificate.not_before <= at <= found.certificate.not_after
    if found.revocation.status is RevocationStatus.REVOKED:
        assert found.revocation.revoked_at is not None
        assert found.revocation.revoked_at > at
    if found.revision is not None:
        assert found.revision.coverage is not Coverage.PARTIAL
        assert found.revision.modification not in {Modification.OTHER, Modification.UNKNOWN}
        assert found.revision.changes_allowed is not False


@given(facts)
def test_acceptable_needs_a_pass_and_five_yes(found: SignatureFacts) -> None:
    ruling = verdict.judge(found, NOW)
    given_answers = points.answers(found, ruling, NOW)
    if points.acceptable(ruling, given_answers):
        assert ruling.verdict is Verdict.PASSED
        assert set(given_answers.values()) == {Answer.YES}
        assert found.certificate is not None
        assert found.certificate.holder


@given(facts)
def test_every_verdict_has_its_french_sentences(found: SignatureFacts) -> None:
    ruling = verdict.judge(found, NOW)
    assert (ruling.sub_indication is None) == (ruling.verdict is Verdict.PASSED)
    sentences = list(wording.summary(found, ruling, acceptable=False))
    assert len(sentences) == 3
    given = points.answers(found, ruling, NOW)
    for criterion in given:
        evidence, advice = points.point(criterion, given, found, ruling)
        sentences += [evidence] if not advice else [evidence, advice]
    for sentence in sentences:
        assert sentence.endswith("."), sentence
        assert typeset(typeset(sentence)) == typeset(sentence)


@given(facts)
def test_a_broken_seal_is_never_said_unchanged(found: SignatureFacts) -> None:
    ruling = verdict.judge(found, NOW)
    given = points.answers(found, ruling, NOW)
    answer = given[Criterion.INTEGRITY]
    evidence, _advice = points.point(Criterion.INTEGRITY, given, found, ruling)
    if answer is not Answer.YES and "intact" not in evidence:
        assert "n'a pas changé depuis" not in evidence


@given(facts)
def test_a_yes_beside_a_document_not_shown_intact_says_so(found: SignatureFacts) -> None:
    ruling = verdict.judge(found, NOW)
    given = points.answers(found, ruling, NOW)
    evidence, _advice = points.point(Criterion.IDENTITY, given, found, ruling)
    open_or_no = given[Criterion.INTEGRITY] is not Answer.YES
    assert ("(point 5)" in evidence) is (open_or_no and given[Criterion.IDENTITY] is Answer.YES)


def test_every_name_has_a_wording() -> None:
    assert set(wording.SUB_INDICATIONS) == set(SubIndication)
    assert set(no_verdict.ERRORS) == set(Error)
    assert set(wording.QUALIFIED) == set(Qualified)
    assert set(wording.MODIFICATIONS) == set(Modification)
    assert set(POINTS) == set(Criterion)


def test_a_signature_that_did_not_pass_is_never_called_qualified() -> None:
    ruling = verdict.judge(replace(SOUND, outcome=INDETERMINATE), NOW)
    assert verdict.qualified(SOUND, ruling) is Qualified.UNDETERMINED


def test_a_certificate_not_qualified_when_issued_makes_no_qualified_signature() -> None:
    ruling = verdict.judge(SOUND, NOW)
    found = replace(SOUND, service_at_issuance=None)
    assert verdict.qualified(found, ruling) is Qualified.NO
    assert points.certificate_category(found) is Answer.NO


def test_a_claimed_date_outside_the_validity_leaves_the_fourth_point_open() -> None:
    found = replace(SOUND, proven_at=None, declared_at=PERSON.not_before - MONTH)
    ruling = verdict.judge(found, NOW)
    assert ruling.verdict is Verdict.PASSED
    assert points.validity(found, ruling, NOW) is Answer.UNDETERMINED


def test_a_pseudonym_names_nobody() -> None:
    found = replace(SOUND, certificate=replace(PERSON, pseudonym=True))
    assert points.identity(found) is Answer.UNDETERMINED


def test_the_document_has_the_verdict_of_its_worst_signature() -> None:
    passed = (Verdict.PASSED, None)
    unsure = (Verdict.INDETERMINATE, SubIndication.TRY_LATER)
    failed = (Verdict.FAILED, SubIndication.HASH_FAILURE)
    assert verdict.worst([passed, unsure]) == unsure
    assert verdict.worst([unsure, failed, passed]) == failed


def told(facts: SignatureFacts) -> dict[Criterion, str]:
    ruling = verdict.judge(facts, NOW)
    given = points.answers(facts, ruling, NOW)
    return {c: points.point(c, given, facts, ruling)[0] for c in Criterion}


def test_an_authority_is_called_unknown_only_when_it_is() -> None:
    """A broken seal or an expired certificate says nothing of the lists: it was said it did."""
    lost = replace(SOUND, anchored=False)
    unknown = TechnicalOutcome(
        Verdict.INDETERMINATE, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "basic"
    )
    expired = replace(unknown, sub_indication=SubIndication.OUT_OF_BOUNDS_NO_POE)
    nobody = "Aucune autorité reconnue"
    assert told(replace(lost, outcome=unknown))[Criterion.IDENTITY].startswith(nobody)
    for other in (
        replace(lost, outcome=expired),
        replace(lost, integrity=Integrity.HASH_MISMATCH),
    ):
        points = told(other)
        assert not points[Criterion.IDENTITY].startswith(nobody)
        assert "aucune liste" not in points[Criterion.CERTIFICATE_CATEGORY]


def test_a_broken_seal_is_no_reason_against_the_certificate() -> None:
    broken = replace(SOUND, anchored=False, integrity=Integrity.HASH_MISMATCH)
    assert "le contenu" not in told(broken)[Criterion.VALIDITY].lower()


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (changed(modification=Modification.ANNOTATIONS, unsigned_appearance=True), "annotations"),
        (changed(unsigned_appearance=True), "élément visible"),
    ],
)
def test_what_was_laid_over_the_page_is_named(revision: RevisionFacts, said: str) -> None:
    facts = replace(SOUND, revision=revision)
    ruling = verdict.judge(facts, NOW)
    assert said in told(facts)[Criterion.INTEGRITY]
    assert "élément visible" in wording.reason(ruling)


@given(facts)
def test_only_an_intact_seal_is_said_to_be(found: SignatureFacts) -> None:
    """A form filled in after a broken signature: « le contenu signé est intact » was said of it."""
    said = told(found)[Criterion.INTEGRITY]
    assert "intact" not in said or found.integrity is Integrity.INTACT


def test_where_only_revocation_is_missing_it_is_said() -> None:
    """Offline, the usual case: the chain was said not to lead to a known authority."""
    offline = TechnicalOutcome(
        Verdict.INDETERMINATE, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, "basic"
    )
    unsaid = RevocationFacts(RevocationStatus.UNKNOWN)
    ruling = verdict.judge(replace(SOUND, outcome=offline, revocation=unsaid), NOW)
    assert (ruling.verdict, ruling.sub_indication) == (
        Verdict.INDETERMINATE,
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    )
    assert "révoqué" in wording.reason(ruling)
    assert "Commission européenne" in wording.advice(ruling)
    lost = verdict.judge(replace(SOUND, outcome=offline, revocation=unsaid, anchored=False), NOW)
    assert "autorité reconnue" in wording.reason(lost)
