"""A report as the page and the PDF show it: titles, colours and words, the same for both."""

from dataclasses import dataclass

from communaute.blueprints.signatures.words import QUALIFIED_NOTES, SIGNATURE_TITLES
from communaute.domain.signatures import wording
from communaute.domain.signatures.typography import typeset
from communaute.domain.signatures.values import (
    Answer,
    DocumentReport,
    Error,
    Qualified,
    SignatureReport,
    Verdict,
)
from communaute.domain.signatures.wording_points import TITLES


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


def headline(report: DocumentReport) -> Headline:
    """The state of the whole document, that of its worst signature."""
    if report.error is not None:
        return Headline(OPEN, _error_title(report.error), report.explanation)
    count = len(report.signatures)
    # A sample is never acceptable itself: it shows what a real document would be worth.
    acceptable = all(one.acceptable for one in report.signatures)
    kind = kind_of(report.verdict, acceptable=acceptable)
    return Headline(kind, typeset(_title(kind, count)), typeset(_HEADLINE_SENTENCES[kind]))


def kind_of(verdict: Verdict | None, *, acceptable: bool) -> str:
    """The colour of a verdict."""
    if verdict is Verdict.PASSED:
        return GOOD if acceptable else CAREFUL
    return BAD if verdict is Verdict.FAILED else OPEN


def shown(report: DocumentReport) -> tuple[Shown, ...]:
    """Every signature, in the order of the document."""
    return tuple(_signature(number, one) for number, one in enumerate(report.signatures, 1))


def _signature(number: int, report: SignatureReport) -> Shown:
    kind = kind_of(report.verdict, acceptable=report.acceptable)
    return Shown(
        number=number,
        kind=kind,
        title=typeset(SIGNATURE_TITLES[kind]),
        level=_capital(wording.QUALIFIED[report.qualified]),
        level_note=typeset(_level_note(report)),
        rows=tuple(
            Row(
                rank,
                TITLES[point.criterion],
                ANSWERS[point.answer],
                ANSWER_KINDS[point.answer],
                point.evidence,
                point.advice,
            )
            for rank, point in enumerate(report.points, 1)
        ),
        report=report,
    )


def _level_note(report: SignatureReport) -> str:
    note = QUALIFIED_NOTES[report.qualified]
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
    return typeset(_ERROR_TITLES.get(error, "Ce fichier n’a pas pu être vérifié"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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
    Error.ENCRYPTED: "Ce document est protégé par un mot de passe",
    Error.UNSUPPORTED: "Ce type de signature n’est pas encore vérifié ici",
    Error.TOO_LARGE: "Ce document demande trop de moyens pour être vérifié ici",
    Error.TOO_MANY_SIGNATURES: "Ce document porte trop de signatures",
    Error.TIMEOUT: "La vérification a été arrêtée : elle durait trop longtemps",
}
