"""The entry of this room: a document and a trust store in, a report out."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from communaute.domain.signatures import (
    cades,
    criteria,
    detect,
    pades,
    verdict,
    wording,
    wording_points,
)
from communaute.domain.signatures.evidence import from_trust
from communaute.domain.signatures.library import Policies, versions
from communaute.domain.signatures.report_json import to_json
from communaute.domain.signatures.samples import is_sample
from communaute.domain.signatures.samples.authorities import sample_trust
from communaute.domain.signatures.trust_protocol import TrustStore
from communaute.domain.signatures.values import (
    DocumentReport,
    Error,
    Kind,
    Limits,
    Point,
    SignatureFacts,
    SignatureReport,
    TimestampFacts,
    UnusableDocument,
)


__all__ = ["to_json", "unusable", "verify"]

# Read now: the confined child that verifies may open no file.
sample_trust()


def verify(
    document: bytes,
    *,
    detached: bytes | None = None,
    trust: TrustStore,
    at: datetime | None = None,
    limits: Limits | None = None,
) -> DocumentReport:
    """Verify every signature of `document`, or the one in `detached` over `document`.

    A listed sample is verified against its own authorities, whatever `trust` is.

    `at` is the time of validation (default: now). Time and memory are the caller's to
    bound (see sandbox). Never raises on hostile input: the report then carries an `error`.
    """
    bounds, now = limits or Limits(), at or datetime.now(UTC)
    if len(document) > bounds.document_bytes or len(detached or b"") > bounds.detached_bytes:
        return unusable(document, Error.TOO_LARGE, trust, now)
    signed, signature = _sides(document, detached)
    sample = signature is None and is_sample(sha256(signed).hexdigest())
    if sample:
        trust = sample_trust()
    try:
        facts, stamps, kind = _read(signed, signature, Policies(trust, now), bounds)
    except UnusableDocument as reason:
        return unusable(signed, reason.error, trust, now, reason.sentence)
    except (MemoryError, RecursionError):
        return unusable(signed, Error.UNREADABLE, trust, now)
    reports = tuple(report_on(found, now) for found in facts)
    report = _whole(signed, kind, reports, stamps, trust, now)
    # A sample is never to be accepted: only its signatures say what a real one would be worth.
    return replace(report, sample=True, acceptable=False) if sample else report


def unusable(
    document: bytes, error: Error, trust: TrustStore | None, now: datetime, sentence: str = ""
) -> DocumentReport:
    """Give the report of a document that has no verdict, `timeout` included.

    `sentence` says more than the error's own.
    """
    return DocumentReport(
        sha256=sha256(document).hexdigest(),
        size=len(document),
        kind=detect.kind_of(document),
        verdict=None,
        sub_indication=None,
        acceptable=False,
        error=error,
        lists=trust.lists if trust is not None else (),
        verified_at=now,
        explanation=sentence or wording.ERRORS[error],
        library=versions(),
    )


def _sides(document: bytes, detached: bytes | None) -> tuple[bytes, bytes | None]:
    """Put the two files of a detached signature in order: people often swap them."""
    if detached is None or detect.kind_of(detached) in {Kind.CMS, Kind.XML}:
        return document, detached
    if detect.kind_of(document) is Kind.CMS:
        return detached, document
    return document, detached


def _read(
    document: bytes, detached: bytes | None, policies: Policies, limits: Limits
) -> tuple[list[SignatureFacts], list[TimestampFacts], Kind]:
    known = policies.with_evidence(from_trust(policies.trust))
    holder = document if detached is None else detached
    kind = detect.kind_of(holder)
    if kind is Kind.CMS:
        der = detect.cms_bytes(holder) or b""
        content = None if detached is None else document
        facts = asyncio.run(cades.read(der, content, known, limits))
        return [_beside(holder, one) for one in facts], [], kind
    if kind is Kind.PDF and detached is None:
        signatures, stamps = asyncio.run(pades.read(document, known, limits))
        return signatures, stamps, kind
    raise _why_not(holder, kind, alone=detached is None)


def _beside(holder: bytes, facts: SignatureFacts) -> SignatureFacts:
    """Add the fault of a file that holds more than its CMS."""
    if not detect.holds_more(holder):
        return facts
    return replace(facts, faults=(*facts.faults, "beside"))


def _why_not(holder: bytes, kind: Kind, *, alone: bool) -> UnusableDocument:
    if kind in {Kind.XML, Kind.ASIC} or b"multipart/signed" in holder[:4096]:
        return UnusableDocument(Error.UNSUPPORTED)
    if not alone:
        return UnusableDocument(Error.UNREADABLE, wording.NO_SIGNATURE_APART)
    if not holder.strip():
        return UnusableDocument(Error.UNREADABLE)
    return UnusableDocument(
        Error.NO_SIGNATURE, wording.ARCHIVE if detect.is_archive(holder) else ""
    )


def report_on(facts: SignatureFacts, now: datetime) -> SignatureReport:
    """Judge one signature: the rules, the five points, and the sentences that say it."""
    ruling = verdict.judge(facts, now)
    given = criteria.answers(facts, ruling, now)
    points = tuple(
        Point(criterion, answer, *wording_points.point(criterion, answer, facts, ruling))
        for criterion, answer in given.items()
    )
    return SignatureReport(
        facts=facts,
        verdict=ruling.verdict,
        sub_indication=ruling.sub_indication,
        qualified=verdict.qualified(facts, ruling),
        qualified_at_issuance=verdict.qualified_at(facts, ruling, facts.service_at_issuance),
        points=points,
        acceptable=criteria.acceptable(ruling, given),
        summary=wording.summary(facts, ruling, acceptable=criteria.acceptable(ruling, given)),
    )


def _whole(
    document: bytes,
    kind: Kind,
    reports: tuple[SignatureReport, ...],
    stamps: list[TimestampFacts],
    trust: TrustStore,
    now: datetime,
) -> DocumentReport:
    overall, sub = verdict.worst([(r.verdict, r.sub_indication) for r in reports])
    return DocumentReport(
        sha256=sha256(document).hexdigest(),
        size=len(document),
        kind=kind,
        verdict=overall,
        sub_indication=sub,
        acceptable=all(r.acceptable for r in reports),
        error=None,
        signatures=reports,
        timestamps=tuple(stamps),
        lists=trust.lists,
        verified_at=now,
        explanation=wording.document(overall, len(reports)),
        library=versions(),
    )
