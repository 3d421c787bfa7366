"""The report as the JSON that scripts rely on: `signatures verify --json` and the API."""

from datetime import datetime

from communaute.domain.signatures.values import DocumentReport, SignatureReport


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
