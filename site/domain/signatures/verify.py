"""The entry of this room: a document and a trust store in, a report out."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from communaute.domain.signatures import detect, patches, samples
from communaute.domain.signatures.asic.reading import read_container
from communaute.domain.signatures.cms.mail import signed_mail
from communaute.domain.signatures.cms.reading import content_of, read_cms
from communaute.domain.signatures.detect import Content, Digests, digest
from communaute.domain.signatures.elsewhere import commands
from communaute.domain.signatures.facts import (
    Limits,
    SignatureFacts,
    TimestampFacts,
    UnusableDocument,
)
from communaute.domain.signatures.judging import no_verdict, points, verdict, wording
from communaute.domain.signatures.judging.evidence import from_trust
from communaute.domain.signatures.judging.policies import Policies, versions
from communaute.domain.signatures.pdf.reading import read_pdf
from communaute.domain.signatures.report import DocumentReport, Point, SignatureReport
from communaute.domain.signatures.trust.protocol import TrustStore
from communaute.domain.signatures.trust.store import load_trust
from communaute.domain.signatures.vocabulary import Error, Integrity, Kind, Verdict
from communaute.domain.signatures.xades.reading import read_xml
from communaute.french.typography import typeset


# What may hold the signature of another file.
_HOLDERS = frozenset({Kind.CMS, Kind.XML, Kind.ASIC})

# What a CMS may hold that carries signatures of its own.
_HELD = frozenset({Kind.PDF, Kind.CMS, Kind.XML, Kind.ASIC})

# The authorities of the samples, for listed documents only. Read now: the confined child that
# verifies may open no file.
SAMPLE_TRUST = load_trust(Path(samples.__file__).parent / "trust")


def verify(
    document: Content,
    *,
    detached: bytes | None = None,
    trust: TrustStore,
    at: datetime | None = None,
    limits: Limits | None = None,
) -> DocumentReport:
    """Verify every signature of `document`, or the one in `detached` over `document`.

    A document may be known by its digests only, when its signature is apart.

    A listed sample is verified against its own authorities, whatever `trust` is.

    `at` is the time of validation (default: now). Time and memory are the caller's to
    bound (see sandbox). Never raises on hostile input: the report then carries an `error`.
    """
    patches.install()
    bounds, now = limits or Limits(), at or datetime.now(UTC)
    if _size(document) > bounds.document_bytes or len(detached or b"") > bounds.detached_bytes:
        return unusable(document, Error.TOO_LARGE, trust, now)
    signed, signature = _sides(document, detached)
    sha256 = _sha256(signed)
    sample = signature is None and samples.is_sample(sha256)
    if sample:
        trust = SAMPLE_TRUST
    try:
        facts, stamps, kind = _read(signed, signature, Policies(trust, now), bounds)
    except UnusableDocument as reason:
        return unusable(signed, reason.error, trust, now, reason.sentence, sha256)
    except (MemoryError, RecursionError):
        return unusable(signed, Error.UNREADABLE, trust, now, sha256=sha256)
    reports = tuple(report_on(found, now) for found in facts)
    report = _whole(signed, sha256, kind, reports, stamps, trust, now)
    report = replace(report, elsewhere=commands(signed, signature, kind))
    inside = _inside(signed if signature is None else signature, kind, trust, now, bounds)
    if inside is not None:
        # Whoever signed the envelope answers for what is in it; an altered document says so too.
        sound = inside.verdict is not Verdict.FAILED
        report = replace(report, inside=inside, acceptable=report.acceptable and sound)
    # A sample is never to be accepted: only its signatures say what a real one would be worth.
    return replace(report, sample=True, acceptable=False) if sample else report


def _inside(
    holder: Content, kind: Kind, trust: TrustStore, now: datetime, limits: Limits
) -> DocumentReport | None:
    """Verify the signed document that a CMS holds; None when it holds none."""
    if kind is not Kind.CMS or isinstance(holder, Digests):
        return None
    held = content_of(detect.cms_bytes(holder) or b"")
    if held is None or detect.kind_of(held) not in _HELD:
        return None
    try:
        facts, stamps, found = _read(held, None, Policies(trust, now), limits)
    except (UnusableDocument, MemoryError, RecursionError):
        return None  # it has no signature of its own, or none that can be read
    reports = tuple(report_on(one, now) for one in facts)
    return _whole(held, _sha256(held), found, reports, stamps, trust, now)


def unusable(
    document: Content,
    error: Error,
    trust: TrustStore | None,
    now: datetime,
    sentence: str = "",
    sha256: str = "",
) -> DocumentReport:
    """Give the report of a document that has no verdict, `timeout` included.

    `sentence` says more than the error's own; `sha256` when it was computed already.
    """
    return DocumentReport(
        sha256=sha256 or _sha256(document),
        size=_size(document),
        kind=Kind.OTHER if isinstance(document, Digests) else detect.kind_of(document),
        verdict=None,
        sub_indication=None,
        acceptable=False,
        error=error,
        lists=trust.lists if trust is not None else (),
        verified_at=now,
        explanation=typeset(sentence or no_verdict.ERRORS[error]),
        library=versions(),
        hash_only=isinstance(document, Digests),
    )


def _sha256(document: Content) -> str:
    return digest("sha256", document).hex()


def _size(document: Content) -> int:
    return 0 if isinstance(document, Digests) else len(document)


def _sides(document: Content, detached: bytes | None) -> tuple[Content, bytes | None]:
    """Put the two files of a detached signature in order: people often swap them."""
    if isinstance(document, Digests) or detached is None or detect.kind_of(detached) in _HOLDERS:
        return document, detached
    if detect.kind_of(document) in _HOLDERS:
        return detached, document
    return document, detached


def _read(
    document: Content, detached: bytes | None, policies: Policies, limits: Limits
) -> tuple[list[SignatureFacts], list[TimestampFacts], Kind]:
    known = policies.with_evidence(from_trust(policies.trust))
    holder = document if detached is None else detached
    if isinstance(holder, Digests):
        raise UnusableDocument(Error.NO_SIGNATURE, no_verdict.DIGEST_ALONE)
    given = None if detached is None else document
    kind = detect.kind_of(holder)
    mail = signed_mail(holder) if detached is None and kind is Kind.OTHER else None
    if mail is not None:
        for lines in mail.contents:
            facts = asyncio.run(read_cms(mail.der, lines, known, limits))
            # Those whose lines are not ended as they were signed are tried the other way.
            if not any(
                one.integrity is Integrity.HASH_MISMATCH or "line_ends" in one.faults
                for one in facts
            ):
                break
        return [replace(one, faults=(*one.faults, "mail")) for one in facts], [], Kind.CMS
    if kind is Kind.CMS:
        der = detect.cms_bytes(holder) or b""
        facts = asyncio.run(read_cms(der, given, known, limits))
        return [_beside(holder, one) for one in facts], [], kind
    if kind is Kind.ASIC:
        if isinstance(given, Digests):
            raise UnusableDocument(Error.UNSUPPORTED, no_verdict.DIGEST_OF_CONTAINER)
        return asyncio.run(read_container(holder, given, known, limits)), [], kind
    if kind is Kind.XML and not detect.is_ddoc(holder):
        return asyncio.run(read_xml(holder, given, known, limits)), [], kind
    if kind is Kind.PDF and detached is None:
        signatures, stamps = asyncio.run(read_pdf(holder, known, limits))
        return signatures, stamps, kind
    raise _why_not(holder, kind, alone=detached is None)


def _beside(holder: bytes, facts: SignatureFacts) -> SignatureFacts:
    """Add the fault of a file that holds more than its CMS."""
    if not detect.holds_more(holder):
        return facts
    return replace(facts, faults=(*facts.faults, "beside"))


def _why_not(holder: bytes, kind: Kind, *, alone: bool) -> UnusableDocument:
    named = _named(holder)
    if named:
        return UnusableDocument(Error.UNSUPPORTED, named)
    if not alone:
        return UnusableDocument(Error.UNREADABLE, no_verdict.NO_SIGNATURE_APART)
    if not holder.strip():
        return UnusableDocument(Error.UNREADABLE)
    return UnusableDocument(
        Error.NO_SIGNATURE, no_verdict.ARCHIVE if detect.is_archive(holder) else ""
    )


def _named(holder: bytes) -> str:
    """Say what a file is whose kind of signature is not read here; empty when it is none."""
    if detect.is_signed_office(holder):
        return no_verdict.OFFICE
    if detect.is_ddoc(holder):
        return no_verdict.DDOC
    return no_verdict.MAIL if b"multipart/signed" in holder[:4096].lower() else ""


def report_on(facts: SignatureFacts, now: datetime) -> SignatureReport:
    """Judge one signature: the rules, the five points, and the sentences that say it."""
    ruling = verdict.judge(facts, now)
    given = points.answers(facts, ruling, now)
    five = tuple(
        Point(criterion, answer, *map(typeset, points.point(criterion, given, facts, ruling)))
        for criterion, answer in given.items()
    )
    return SignatureReport(
        facts=facts,
        verdict=ruling.verdict,
        sub_indication=ruling.sub_indication,
        qualified=verdict.qualified(facts, ruling),
        qualified_at_issuance=verdict.qualified_at(facts, ruling, facts.service_at_issuance),
        points=five,
        acceptable=points.acceptable(ruling, given),
        summary=tuple(
            map(
                typeset,
                wording.summary(facts, ruling, acceptable=points.acceptable(ruling, given)),
            )
        ),
    )


def _whole(
    document: Content,
    sha256: str,
    kind: Kind,
    reports: tuple[SignatureReport, ...],
    stamps: list[TimestampFacts],
    trust: TrustStore,
    now: datetime,
) -> DocumentReport:
    overall, sub = verdict.worst([(r.verdict, r.sub_indication) for r in reports])
    return DocumentReport(
        sha256=sha256,
        size=_size(document),
        kind=kind,
        verdict=overall,
        sub_indication=sub,
        acceptable=all(r.acceptable for r in reports),
        error=None,
        signatures=reports,
        timestamps=tuple(stamps),
        lists=trust.lists,
        verified_at=now,
        explanation=typeset(wording.document(overall, len(reports))),
        library=versions(),
        hash_only=isinstance(document, Digests),
    )
