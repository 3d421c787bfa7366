"""Check time-stamp tokens: each proves that something existed at a time, or proves nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESStatus, AdESSubIndic
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.ades import AdESBasicValidationResult, ades_timestamp_validation
from pyhanko_certvalidator.path import ValidationPath

from communaute.domain.signatures.detect import digest
from communaute.domain.signatures.facts import ServiceAtTime, TimestampFacts
from communaute.domain.signatures.judging.certificates import facts_of
from communaute.domain.signatures.judging.evidence import Evidence, from_signed_data
from communaute.domain.signatures.judging.policies import (
    CLOCKS_DIFFER,
    DIGESTS,
    Policies,
    useful_anchors,
)
from communaute.domain.signatures.vocabulary import SubIndication, TimeSource, Verdict


@dataclass(frozen=True)
class Token:
    """A checked token; `proves` is True when its time may be relied upon."""

    facts: TimestampFacts
    proves: bool
    intact: bool
    objection: bool
    """Our own rules refuse it, whatever long-term validation would make of it."""
    path: ValidationPath | None = None


def imprint_of(content: bytes) -> Callable[[str], bytes]:
    """Give the function that digests `content` with the algorithm a token names."""

    return partial(_digest, content)


def _digest(content: bytes, algorithm: str) -> bytes:
    return digest(algorithm, content)


async def check(
    token: cms.SignedData, imprint: Callable[[str], bytes], policies: Policies, covers: str
) -> Token | None:
    """Check one token against what it should cover. None when it cannot even be read.

    `covers` is « signature », « document » or « content ».
    """
    try:
        at, algorithm = _read(token)
        evidence = from_signed_data(token)
        unit = extract_certificate_info(token).signer_cert
        _ = facts_of(unit)
        result = await _validate(token, imprint, policies, evidence)
    except Exception:
        return _unreadable(token, covers)
    status = result.api_status
    path = status.validation_path if status is not None else None
    service = _service(policies, path, at)
    objection = _objection(algorithm, at, unit, policies.at)
    if path is not None and (service is None or not service.granted):
        objection = objection or SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    verdict, sub = _decide(result.ades_subindic, objection)
    facts = TimestampFacts(at, facts_of(unit).holder, verdict, sub, covers, service)
    intact = status is not None and bool(status.intact and status.valid)
    proves = verdict is Verdict.PASSED and path is not None
    return Token(facts, proves, intact, objection is not None, path)


def _read(token: cms.SignedData) -> tuple[datetime, str]:
    info = token["encap_content_info"]["content"].parsed
    return info["gen_time"].native, info["message_imprint"]["hash_algorithm"]["algorithm"].native


async def _validate(
    token: cms.SignedData,
    imprint: Callable[[str], bytes],
    policies: Policies,
    evidence: Evidence,
) -> AdESBasicValidationResult[Any]:
    anchors = Evidence(useful_anchors(policies.trust, evidence.certificates))
    everything = policies.evidence.plus(evidence).plus(anchors)
    return await ades_timestamp_validation(
        tst_signed_data=token,
        validation_spec=policies.spec(everything),
        expected_tst_imprint=imprint,
        timing_info=policies.timing(),
    )


def _service(policies: Policies, path: ValidationPath | None, at: datetime) -> ServiceAtTime | None:
    return None if path is None else policies.trust.describe_service(path, at)


def _objection(
    algorithm: str, at: datetime, unit: x509.Certificate, now: datetime
) -> SubIndication | None:
    """Ask what the library does not: the algorithm of the imprint, the unit's key and validity."""
    if algorithm not in DIGESTS:
        return SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    usage = unit.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        return SubIndication.CHAIN_CONSTRAINTS_FAILURE
    if not unit.not_valid_before <= at <= unit.not_valid_after or at > now + CLOCKS_DIFFER:
        return SubIndication.TIMESTAMP_ORDER_FAILURE
    return None


def _decide(
    found: AdESSubIndic | None, objection: SubIndication | None
) -> tuple[Verdict, SubIndication | None]:
    if found is None:
        return Verdict.FAILED, SubIndication.FORMAT_FAILURE
    if found.status is AdESStatus.FAILED:
        return Verdict.FAILED, SubIndication(found.standard_name)
    if objection is not None:
        return Verdict.INDETERMINATE, objection
    if found.status is AdESStatus.INDETERMINATE:
        return Verdict.INDETERMINATE, SubIndication(found.standard_name)
    return Verdict.PASSED, None


def _unreadable(token: cms.SignedData, covers: str) -> Token | None:
    try:
        at, _ = _read(token)
    except Exception:
        return None
    facts = TimestampFacts(at, "", Verdict.INDETERMINATE, SubIndication.GENERIC, covers)
    return Token(facts, proves=False, intact=False, objection=True)


def proven(tokens: Sequence[Token], stamps: Sequence[Token]) -> tuple[datetime | None, TimeSource]:
    """Give the earliest proven time; without one, the declared time is all there is."""
    times = [(t.facts.at, TimeSource.SIGNATURE_TIMESTAMP) for t in tokens if t.proves]
    times += [(t.facts.at, TimeSource.DOCUMENT_TIMESTAMP) for t in stamps if t.proves]
    return min(times, default=(None, TimeSource.DECLARED), key=lambda pair: pair[0])
