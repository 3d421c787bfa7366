"""A report as the page and the PDF show it: titles, colours and words, the same for both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from communaute.blueprints.signatures import verifier, words
from communaute.domain import clock
from communaute.domain.signatures.acceptance import acceptance
from communaute.domain.signatures.judging import wording
from communaute.domain.signatures.judging.points import leans_on_integrity
from communaute.domain.signatures.report import DocumentReport, SignatureReport
from communaute.domain.signatures.results import Batch, Result, list_of_lists, spaced
from communaute.domain.signatures.serve.client import Progress
from communaute.domain.signatures.vocabulary import Answer, Error, Qualified, Verdict


GOOD, CAREFUL, OPEN, BAD = "success", "warning", "info", "error"
"""DSFR's kinds. Green is only for what is all proven; « non concluant » is never red."""
ANSWERS = {Answer.YES: "Oui", Answer.NO: "Non", Answer.UNDETERMINED: "Non déterminé"}
ANSWER_KINDS = {Answer.YES: "success", Answer.NO: "error", Answer.UNDETERMINED: "info"}


@dataclass(frozen=True, slots=True)
class Headline:
    """The first thing to read: a colour, a title, and what to make of it."""

    kind: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    """One of the five points."""

    number: int
    title: str
    answer: str
    kind: str
    evidence: str
    advice: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One signature: its rank, what to say of it, and the report behind."""

    number: int
    kind: str
    title: str
    level: str
    level_note: str
    rows: tuple[Row, ...]
    report: SignatureReport


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One document of several: its file, what to say of it, who signed."""

    name: str
    address: str
    kind: str
    answer: str
    signers: tuple[str, ...] = ()
    waits: bool = False
    told: bool = False
    """The answer is a sentence, not the word of a verdict."""


def batch_rows(batch: Batch, found: Sequence[object]) -> tuple[BatchRow, ...]:
    """The rows of a table of documents, in the order they were sent."""
    return tuple(
        _batch_row(name, address, one)
        for (name, address), one in zip(batch.documents, found, strict=True)
    )


def _batch_row(name: str, address: str, found: object) -> BatchRow:
    if isinstance(found, Progress):
        return BatchRow(name, address, OPEN, "En cours", waits=True)
    if not isinstance(found, Result) or found.report is None:
        return BatchRow(name, address, OPEN, "Interrompue : à envoyer de nouveau", told=True)
    report = found.report
    if report.error is not None:
        return BatchRow(name, address, OPEN, _error_title(report.error), told=True)
    kind = headline(report).kind
    held = [one.facts.certificate for one in report.signatures]
    signers = tuple(dict.fromkeys(one.holder for one in held if one is not None and one.holder))
    return BatchRow(name, address, kind, words.SIGNATURE_TITLES[kind], signers)


def tally(rows: Sequence[BatchRow]) -> str:
    """How many documents are valid, and how many are not, in words."""
    waiting = sum(row.waits for row in rows)
    if waiting:
        return f"{len(rows) - waiting} documents vérifiés sur {len(rows)}"
    kinds = Counter(row.kind for row in rows)
    parts = [
        one if count == 1 else several.format(count=count)
        for kind, (one, several) in _TALLY.items()
        if (count := kinds[kind])
    ]
    return f"{len(rows)} documents : {', '.join(parts)}"


_TALLY = {
    GOOD: ("1 valide", "{count} valides"),
    CAREFUL: ("1 valide avec un point à apprécier", "{count} valides avec un point à apprécier"),
    OPEN: ("1 sans conclusion", "{count} sans conclusion"),
    BAD: ("1 non valide", "{count} non valides"),
}


def headline(report: DocumentReport) -> Headline:
    """The state of the whole document, that of its worst signature."""
    if report.error is not None:
        return Headline(OPEN, _error_title(report.error), report.explanation)
    count = len(report.signatures)
    # A sample is never acceptable itself: it shows what a real document would be worth.
    acceptable = all(one.acceptable for one in report.signatures)
    kind = kind_of(report.verdict, acceptable=acceptable)
    return Headline(kind, _title(kind, count), _HEADLINE_SENTENCES[kind])


def kind_of(verdict: Verdict | None, *, acceptable: bool) -> str:
    """The colour of a verdict."""
    if verdict is Verdict.PASSED:
        return GOOD if acceptable else CAREFUL
    return BAD if verdict is Verdict.FAILED else OPEN


def shown(report: DocumentReport) -> tuple[Shown, ...]:
    """Every signature, in the order of the document."""
    return tuple(_signature(number, one) for number, one in enumerate(report.signatures, 1))


@dataclass(frozen=True, slots=True)
class Held:
    """The signed document that a CMS holds."""

    nature: str
    headline: Headline
    signatures: tuple[Shown, ...]


def held(report: DocumentReport) -> Held | None:
    """The signed document inside, when there is one."""
    if report.inside is None:
        return None
    return Held(words.HELD[report.inside.kind], headline(report.inside), shown(report.inside))


def _signature(number: int, report: SignatureReport) -> Shown:
    kind = kind_of(report.verdict, acceptable=report.acceptable)
    given = {point.criterion: point.answer for point in report.points}
    leaning = {one: leans_on_integrity(one, given) for one in given}
    level = wording.QUALIFIED[report.qualified]
    return Shown(
        number=number,
        kind=kind,
        title=words.SIGNATURE_TITLES[kind],
        level=level[:1].upper() + level[1:],
        level_note=_level_note(report),
        rows=tuple(
            Row(
                rank,
                words.POINTS[point.criterion],
                "Oui, sous réserve" if leaning[point.criterion] else ANSWERS[point.answer],
                OPEN if leaning[point.criterion] else ANSWER_KINDS[point.answer],
                point.evidence,
                point.advice,
            )
            for rank, point in enumerate(report.points, 1)
        ),
        report=report,
    )


def _level_note(report: SignatureReport) -> str:
    note = words.QUALIFIED_NOTES[report.qualified]
    if report.qualified_at_issuance is not report.qualified and report.qualified in (
        Qualified.QES,
        Qualified.ADES_QC,
        Qualified.NO,
    ):
        at_issuance = wording.QUALIFIED[report.qualified_at_issuance]
        note += f" Le jour où le certificat a été délivré : {at_issuance}."
    return note


def _title(kind: str, count: int) -> str:
    one, several = _HEADLINE_TITLES[kind]
    return one if count == 1 else several.format(count=count)


def _error_title(error: Error) -> str:
    return _ERROR_TITLES.get(error, "Ce fichier n’a pas pu être vérifié")


_HEADLINE_TITLES = {
    GOOD: ("La signature est valide", "Les {count} signatures sont valides"),
    CAREFUL: (
        "La signature est valide, mais un point reste à apprécier",
        "Les {count} signatures sont valides, mais un point reste à apprécier",
    ),
    OPEN: (
        "Vérification non concluante",
        "Vérification non concluante pour une signature au moins",
    ),
    BAD: ("La signature n’est pas valide", "Une signature au moins n’est pas valide"),
}
_HEADLINE_SENTENCES = {
    GOOD: "Les cinq points de l’arrêté du 22 mars 2019 sont remplis. Il vous reste à vérifier que le "
    "signataire est la personne que vous attendez.",
    CAREFUL: "Le document est bien celui qui a été signé. Mais l’un des cinq points de l’arrêté du "
    "22 mars 2019 n’est pas rempli, ou n’a pas pu être contrôlé : voyez lequel plus bas.",
    OPEN: "Il manque une information pour conclure. Cela ne veut pas dire que la signature est mauvaise, "
    "ni que vous avez fait une erreur. Ce qui manque, et ce que vous pouvez faire, est écrit plus bas.",
    BAD: "Ne vous appuyez pas sur ce document. La raison, et ce que vous pouvez faire, sont écrites "
    "plus bas.",
}
_ERROR_TITLES = {
    Error.NO_SIGNATURE: "Aucune signature électronique dans ce fichier",
    Error.UNREADABLE: "Ce fichier ne peut pas être lu",
    Error.ENCRYPTED: "Ce document est chiffré ou protégé par un mot de passe",
    Error.UNSUPPORTED: "Ce type de signature n’est pas encore vérifié ici",
    Error.TOO_LARGE: "Ce document demande trop de moyens pour être vérifié ici",
    Error.TOO_MANY_SIGNATURES: "Ce document porte trop de signatures",
    Error.TIMEOUT: "La vérification a été arrêtée : elle durait trop longtemps",
}


def result_context(result: Result) -> dict[str, Any]:
    """What the page and the PDF show of a result."""
    report = result.report
    assert report is not None, "only a finished result is shown"  # noqa: S101
    return {
        "result": result,
        "report": report,
        "sample": report.sample,
        "headline": headline(report),
        "acceptance": acceptance(report),
        "inside": held(report),
        "signatures": shown(report),
        "top": list_of_lists(report.lists),
        "late": verifier.late(report.lists, report.verified_at or clock.now()),
        "code": spaced(result.code) if result.code else None,
        "words": words,
    }
