"""The validation of one signature, step by step: as of now, then with a proven time.

These steps follow ETSI EN 319 102-1 (5.3 and 5.5). The library's own second step passes
certificates that had expired when they signed; this one asks for a statement of the
authority made after the proven time.
"""

from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import algos, cms, core, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.ades import AdESBasicValidationResult, ades_basic_validation
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from communaute.domain.signatures.cms import signer_info
from communaute.domain.signatures.der import as_der, tagged, without_unsigned
from communaute.domain.signatures.facts import TechnicalOutcome
from communaute.domain.signatures.judging.policies import (
    MECHANISMS,
    Policies,
    holds_digest,
    mechanism,
)
from communaute.domain.signatures.judging.signer import Assessment, good_at_proven_time, outcome_of
from communaute.domain.signatures.judging.timestamps import Token, check, imprint_of
from communaute.domain.signatures.vocabulary import Integrity, SubIndication, Verdict


async def assess(
    signed_data: cms.SignedData,
    digest: bytes | None,
    policies: Policies,
    proven_at: datetime | None,
    content: bytes | None = None,
) -> Assessment:
    """Validate one signature as of now, then at its proven time when now does not suffice.

    `digest` is that of a content that is apart; `content` is this content, when it is at hand.
    """
    signed_data = well_named(_sound_part(signed_data))
    if digest is None:
        content = bytes(signed_data["encap_content_info"]["content"])
    signer = _signer(signed_data)
    if signer is not None and _is_for_another_mechanism(signed_data, signer):
        return Assessment(_MISLABELLED, Integrity.UNKNOWN, signer)
    now = await _validate(signed_data, digest, policies, None, content)
    first = outcome_of(now.ades_subindic, "basic", now.failure_msg)
    integrity = _integrity(now, first)
    if integrity is Integrity.BAD_SIGNATURE and _label_misleads(signed_data, signer):
        return Assessment(_MISLABELLED, Integrity.UNKNOWN, signer)
    # Without attributes the library calls a false value a false digest.
    if integrity is Integrity.HASH_MISMATCH and _digest_misnamed(signed_data, signer, content):
        return Assessment(_MISLABELLED, Integrity.UNKNOWN, signer)
    path = now.api_status.validation_path if now.api_status is not None else None
    if first.verdict is not Verdict.INDETERMINATE or integrity is not Integrity.INTACT:
        passed = first.verdict is Verdict.PASSED
        return Assessment(first, integrity, signer, path, anchored=passed and path is not None)
    shape = await _validate(signed_data, digest, policies, proven_at or policies.at, content)
    sound = outcome_of(shape.ades_subindic, "time").verdict is Verdict.PASSED
    if not sound or shape.api_status is None:
        return Assessment(first, integrity, signer, path)
    path = shape.api_status.validation_path
    known = good_at_proven_time(path, policies.evidence, proven_at)
    outcome = TechnicalOutcome(Verdict.PASSED, None, "time") if known else first
    return Assessment(outcome, integrity, signer, path, anchored=True)


async def stamps_of(signer: cms.SignerInfo, policies: Policies) -> list[Token]:
    """Check the time stamps over the value of a signature; one that cannot be read is left out."""
    imprint = imprint_of(signer["signature"].native)
    checked = [
        await check(token, imprint, policies, "signature")
        for token in signer_info.signature_tokens(signer)
    ]
    return [token for token in checked if token is not None]


async def _validate(
    signed_data: cms.SignedData,
    digest: bytes | None,
    policies: Policies,
    without_revocation_at: datetime | None,
    content: bytes | None,
) -> AdESBasicValidationResult[Any]:
    revocation_asked = without_revocation_at is None
    return await ades_basic_validation(
        signed_data,
        policies.spec(
            revocation=revocation_asked,
            as_sent=partial(as_sent, signed_data["signer_infos"][0]),
            content=content,
        ),
        timing_info=policies.timing(without_revocation_at),
        raw_digest=digest,
    )


def _sound_part(signed_data: cms.SignedData) -> cms.SignedData:
    """Give a CMS without its unsigned attributes, or as it is when they cannot be taken out."""
    try:
        return cms.SignedData.load(without_unsigned(signed_data.untag().dump()))
    except (ValueError, TypeError):
        return signed_data


def as_sent(signer: cms.SignerInfo) -> tuple[bytes, ...]:
    """Give the signed attributes byte for byte, then encoded again in DER."""
    attrs = signer["signed_attrs"]
    if isinstance(attrs, core.Void):
        return ()
    sent = tagged(0x31, attrs.contents)
    try:
        return sent, as_der(sent)
    except (ValueError, TypeError):
        return (sent,)


def _integrity(result: AdESBasicValidationResult[Any], outcome: TechnicalOutcome) -> Integrity:
    if outcome.sub_indication is SubIndication.HASH_FAILURE:
        return Integrity.HASH_MISMATCH
    if outcome.sub_indication is SubIndication.SIG_CRYPTO_FAILURE:
        return Integrity.BAD_SIGNATURE
    status = result.api_status
    if status is not None and status.intact and status.valid:
        return Integrity.INTACT
    return Integrity.UNKNOWN


_MISLABELLED = TechnicalOutcome(
    Verdict.INDETERMINATE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "basic", "mislabelled"
)


def _is_for_another_mechanism(signed_data: cms.SignedData, signer: x509.Certificate) -> bool:
    """Say whether the key is for PSS alone (RFC 4055, 1.2) and the label names something else.

    OpenSSL writes such a label, and refuses it; the library does not foresee it.
    """
    label = signed_data["signer_infos"][0]["signature_algorithm"]["algorithm"].native
    return bool(signer.public_key.algorithm == "rsassa_pss" and label != "rsassa_pss")


def _label_misleads(signed_data: cms.SignedData, signer: x509.Certificate | None) -> bool:
    """Say whether « bad signature » is not the last word: the library says so of any mechanism
    it does not know, and of a label that contradicts the digest really used."""
    info = signed_data["signer_infos"][0]
    if signer is None or mechanism(info["signature_algorithm"]) not in {*MECHANISMS, "dsa"}:
        return True
    digest = info["digest_algorithm"]["algorithm"].native
    really = f"{digest}_ecdsa" if signer.public_key.algorithm == "ec" else "rsassa_pkcs1v15"
    try:
        DefaultSignatureValidator().validate_signature(
            info["signature"].native,
            info["signed_attrs"].untag().dump(),
            signer.public_key,
            algos.SignedDigestAlgorithm({"algorithm": really}),
            SignatureValidationContext(contextual_md_algorithm=digest),
        )
    except Exception:
        return False
    return True


def _digest_misnamed(
    signed_data: cms.SignedData, signer: x509.Certificate | None, content: bytes | None
) -> bool:
    if signer is None or content is None:
        return False
    return holds_digest(signed_data["signer_infos"][0], signer.public_key, content)


def _signer(signed_data: cms.SignedData) -> x509.Certificate | None:
    try:
        return extract_certificate_info(signed_data).signer_cert
    except Exception:
        return None


# A signer whom a program named with the accents of its authority spoilt.
#
# Programs built on node-forge write the UTF-8 of the issuer's name as if each octet were a letter:
# « Autorité » becomes « AutoritÃ© », and no certificate bears that name. Nobody signs this name; the
# key of the certificate proves whose the signature is, as for any other.


def well_named(signed_data: cms.SignedData) -> cms.SignedData:
    """Give a CMS of one signer with its issuer's name mended, or as it is when it needs nothing.

    The certificate must be there, under that number, and its issuer's name be the spoilt one.
    """
    try:
        (signer,) = signed_data["signer_infos"]
        named = signer["sid"]
        if named.name != "issuer_and_serial_number":
            return signed_data
        fitting = [one for one in _held_certificates(signed_data) if _is_spoilt(named.chosen, one)]
        if len(fitting) != 1:
            return signed_data
        found = cms.SignedData.load(signed_data.untag().dump())
        found["signer_infos"][0]["sid"] = cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": fitting[0].issuer, "serial_number": fitting[0].serial_number},
        )
        return found
    except (ValueError, TypeError, KeyError):
        return signed_data


def _held_certificates(signed_data: cms.SignedData) -> list[x509.Certificate]:
    return [one.chosen for one in signed_data["certificates"] if one.name == "certificate"]


def _is_spoilt(named: cms.IssuerAndSerialNumber, certificate: x509.Certificate) -> bool:
    if named["serial_number"].native != certificate.serial_number:
        return False
    issuer = certificate.issuer.native
    return bool(named["issuer"].native != issuer and named["issuer"].native == _spoilt(issuer))


def _spoilt(name: Any) -> Any:  # noqa: ANN401 - a text, a list of some, or texts by their kind
    if isinstance(name, str):
        return name.encode().decode("latin-1")
    if isinstance(name, list):
        return [_spoilt(one) for one in name]
    return {kind: _spoilt(one) for kind, one in name.items()}
