"""Validate the value of one XML signature, then hold it to what its references say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from asn1crypto import x509
from lxml import etree

from communaute.domain.signatures.cms import signer_info
from communaute.domain.signatures.cms.validation import assess
from communaute.domain.signatures.facts import TechnicalOutcome
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.judging.signer import Assessment
from communaute.domain.signatures.vocabulary import Integrity, SubIndication, Verdict
from communaute.domain.signatures.xades import envelope
from communaute.domain.signatures.xades.canonical import inherits
from communaute.domain.signatures.xades.properties import Properties, certificates_of
from communaute.domain.signatures.xades.references import Reference, Standing


_CANDIDATES = 10

Assessed = tuple[Assessment, tuple[str, str]]
"""What was found, and the names of the digest and of the mechanism."""


async def assessed(
    signature: etree._Element,
    properties: Properties | None,
    carried: Evidence,
    policies: Policies,
    proven_at: datetime | None,
) -> Assessed:
    """Validate the value of a signature with the certificate it names, else those it shows.

    The key is always that of a certificate: a bare KeyValue is never believed.
    """
    named = _named(properties, carried)
    candidates = named or certificates_of(signature)
    best: Assessed = _undecided(SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    for certificate in candidates[:_CANDIDATES]:
        found = await _with(certificate, signature, carried, policies, proven_at)
        if found[0].integrity is Integrity.INTACT:
            return found if named is not None else (_misnamed(found[0]), found[1])
        best = found if best[0].signer is None else best
    return best


def _named(properties: Properties | None, carried: Evidence) -> tuple[x509.Certificate, ...] | None:
    """The certificates that fit what is signed of them; None when none fits the one named."""
    if properties is None or not properties.names_a_certificate:
        return ()
    fitting = {one.sha256: one for one in carried.certificates if properties.names(one)}
    return tuple(fitting.values()) or None


async def _with(
    certificate: x509.Certificate,
    signature: etree._Element,
    carried: Evidence,
    policies: Policies,
    proven_at: datetime | None,
) -> Assessed:
    others = carried.certificates
    try:
        data = envelope.as_cms(signature, certificate, others, envelope.signed_info(signature))
        found = (await assess(data, None, policies, proven_at)).of_value()
        if found.integrity is Integrity.BAD_SIGNATURE and inherits(signature):
            # signxml signs before it puts the signature in its place.
            alone = envelope.signed_info(signature, apart=True)
            data = envelope.as_cms(signature, certificate, others, alone)
            found = _out_of_place(await assess(data, None, policies, proven_at)) or found
        return found, signer_info.algorithms(data["signer_infos"][0])
    except Exception:  # a key or a method that nobody here can use proves nothing
        return _undecided(SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def _out_of_place(found: Assessment) -> Assessment | None:
    """The value is sound, but not over what XML Signature 1.1 (4.4.1) has signed there."""
    if found.integrity is not Integrity.INTACT:
        return None
    return found.held(Verdict.INDETERMINATE, SubIndication.GENERIC, Integrity.INTACT)


def _undecided(sub: SubIndication) -> Assessed:
    outcome = TechnicalOutcome(Verdict.INDETERMINATE, sub, "basic")
    return Assessment(outcome, Integrity.UNKNOWN, None), ("", "")


def _misnamed(found: Assessment) -> Assessment:
    """The value is that of a certificate, but another one is named in what is signed."""
    sub = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    outcome = TechnicalOutcome(Verdict.INDETERMINATE, sub, "basic")
    return replace(found, outcome=outcome, path=None, anchored=False)


def with_references(found: Assessment, references: Sequence[Reference]) -> Assessment:
    """Hold an assessment of the value to what became of the references (EN 319 102-1, 5.2.7)."""
    standings = {one.standing for one in references}
    failed, open_ = Verdict.FAILED, Verdict.INDETERMINATE
    if Standing.DIFFERS in standings:
        return found.held(failed, SubIndication.HASH_FAILURE, Integrity.HASH_MISMATCH)
    if found.integrity is Integrity.BAD_SIGNATURE:
        return found
    if Standing.UNSUPPORTED in standings:
        return found.held(open_, SubIndication.GENERIC, Integrity.UNKNOWN)
    if standings & {Standing.MISSING, Standing.AMBIGUOUS}:
        return found.held(open_, SubIndication.SIGNED_DATA_NOT_FOUND, Integrity.UNKNOWN)
    if any(one.weak for one in references):
        return found.held(open_, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, found.integrity)
    return found
