"""The report on a document: its values, and its one way to travel and to be shown to programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from communaute.domain.signatures.elsewhere import Command
from communaute.domain.signatures.facts import ListInfo, SignatureFacts, TimestampFacts
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Error,
    Kind,
    Qualified,
    SubIndication,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One of the five points: the answer, what it rests on, what to do. French sentences."""

    criterion: Criterion
    answer: Answer
    evidence: str
    advice: str


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """The verdict on one signature with all it rests on."""

    facts: SignatureFacts
    verdict: Verdict
    sub_indication: SubIndication | None
    qualified: Qualified
    qualified_at_issuance: Qualified
    points: tuple[Point, ...]
    acceptable: bool
    summary: tuple[str, ...]
    """Who, when, valid or not and why: three French sentences."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The verdict on a document: that of its worst signature, or an error."""

    sha256: str
    size: int
    kind: Kind
    verdict: Verdict | None
    sub_indication: SubIndication | None
    acceptable: bool
    error: Error | None
    signatures: tuple[SignatureReport, ...] = ()
    timestamps: tuple[TimestampFacts, ...] = ()
    """Time stamps of the document itself (PDF), apart from those inside signatures."""
    lists: tuple[ListInfo, ...] = ()
    verified_at: datetime | None = None
    explanation: str = ""
    """One French sentence for the error or the verdict of the whole document."""
    library: str = ""
    """Names and versions of what verified, for the report."""
    sample: bool = False
    """The document is one of ours to try, verified against authorities made up for it."""
    elsewhere: tuple[Command, ...] = ()
    """How other programs are asked about this file."""
    inside: "DocumentReport | None" = None
    """The report of the signed document that a CMS holds, on its own; one level and no more."""
    hash_only: bool = False
    """The document stayed with its owner, who sent its digests: `size` is not known."""


def to_wire(report: DocumentReport) -> dict[str, Any]:
    """Give a whole report as JSON values: on the verifier's socket and in the results table."""
    wire: dict[str, Any] = msgspec.to_builtins(report)
    return wire


def from_wire(wire: Mapping[str, Any]) -> DocumentReport:
    """Make a report of such values. Raises ValueError when they are not those of a report.

    They come from a child that read a hostile document: values of the expected types are
    made, and nothing else.
    """
    try:
        return msgspec.convert(wire, DocumentReport)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ValueError("not a report") from error


def to_json(report: DocumentReport) -> dict[str, object]:
    """Give the report as architecture.md fixes it: dates ISO with offset, ETSI names."""
    return {
        "verdict": report.verdict.value if report.verdict else None,
        "sub_indication": report.sub_indication.value if report.sub_indication else None,
        "acceptable": report.acceptable,
        "error": report.error.value if report.error else None,
        "sha256": report.sha256,
        "signatures": [_signature(signature) for signature in report.signatures],
    }


def _signature(report: SignatureReport) -> dict[str, object]:
    facts = report.facts
    return {
        "verdict": report.verdict.value,
        "sub_indication": report.sub_indication.value if report.sub_indication else None,
        "format": facts.format.value,
        "level": facts.level.value if facts.level else None,
        "signer": facts.certificate.holder if facts.certificate else None,
        "signed_at": _iso(facts.proven_at or facts.declared_at),
        "time_proven": facts.proven_at is not None,
        "qualified": report.qualified.value,
        "criteria": {point.criterion.value: point.answer.value for point in report.points},
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
