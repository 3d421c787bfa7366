"""Counter-signatures of a CMS signature: somebody signs the value of somebody's (RFC 5652, 11.4).

They are unsigned attributes: one that cannot be read proves nothing and hides nothing. One that
can is judged like any other signature, alone.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from asn1crypto import cms, core
from pyhanko.sign.general import (
    NonexistentAttributeError,
    check_ess_certid,
    find_unique_cms_attribute,
)
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr

from communaute.domain.signatures.cms import signer_info
from communaute.domain.signatures.cms.validation import as_sent, assess, stamps_of
from communaute.domain.signatures.der import attributes
from communaute.domain.signatures.detect import digest
from communaute.domain.signatures.facts import (
    SignatureFacts,
    SignedScope,
    unreadable_signature,
)
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.judging.signer import Assessment, facts_of_signer, level_of
from communaute.domain.signatures.judging.timestamps import proven
from communaute.domain.signatures.vocabulary import (
    Extent,
    Format,
    Integrity,
    SubIndication,
    Verdict,
)


MOST = 10
_COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"

logger = logging.getLogger(__name__)


async def counter_signatures(
    name: str, alone: cms.SignedData, policies: Policies, carried: Evidence
) -> list[SignatureFacts]:
    """Give the facts of the counter-signatures of the one signer of `alone`, ten at most."""
    try:
        infos = list(_infos(*alone["signer_infos"]))
    except (ValueError, TypeError, KeyError):  # the signature itself cannot be read: it says so
        return []
    return [
        await _tolerated(
            f"Contre-signature {rank} de {name.lower()}", info, alone, policies, carried
        )
        for rank, info in enumerate(infos, start=1)
    ]


def _infos(signer: cms.SignerInfo) -> Iterator[cms.SignerInfo]:
    for der in islice(attributes(signer["unsigned_attrs"], _COUNTER_SIGNATURE), MOST):
        try:
            info = cms.SignerInfo.load(der, strict=True)
            info["signature"].native  # noqa: B018 - asn1crypto reads when asked
        except (ValueError, TypeError, KeyError):
            continue
        yield info


async def _tolerated(
    name: str, info: cms.SignerInfo, alone: cms.SignedData, policies: Policies, carried: Evidence
) -> SignatureFacts:
    try:
        return await _facts(name, info, alone, policies, carried)
    except Exception as reason:  # hostile input raises anything, and the others go on
        logger.info("a counter-signature cannot be judged: %s", type(reason).__name__)
        return unreadable_signature(name, "unreadable")


async def _facts(
    name: str, info: cms.SignerInfo, alone: cms.SignedData, policies: Policies, carried: Evidence
) -> SignatureFacts:
    value: bytes = alone["signer_infos"][0]["signature"].native
    tokens = await stamps_of(info, policies)
    proven_at, source = proven(tokens, [])
    found = await _assessed(info, value, alone, policies, proven_at)
    named = signer_info.names_its_certificate(info)
    facts = facts_of_signer(
        name,
        Format.CADES if named else Format.PKCS7,
        found,
        policies,
        proven_at,
        signer_info.algorithms(info),
        signer_info.faults(info, "data", value),
    )
    return replace(
        facts,
        level=level_of(facts, found, carried, tokens, []),
        value=signer_info.value(info),
        unread=signer_info.unread(info),
        declared_at=signer_info.declared_time(info),
        proven_at=proven_at,
        time_source=source,
        timestamps=tuple(token.facts for token in tokens),
        scope=SignedScope(Extent.SIGNATURE),
    )


async def _assessed(
    info: cms.SignerInfo,
    value: bytes,
    alone: cms.SignedData,
    policies: Policies,
    proven_at: datetime | None,
) -> Assessment:
    """Validate it as the signature of what it signs: its attributes, or the value itself."""
    attrs = info["signed_attrs"]
    if isinstance(attrs, core.Void):
        return (await assess(_enveloped(info, value, alone), None, policies, proven_at)).of_value()
    found = None
    for encoding in as_sent(info):
        found = await assess(_enveloped(info, encoding, alone), None, policies, proven_at)
        if found.integrity is Integrity.INTACT:
            break
    if found is None:
        raise ValueError("no attributes")
    return _held_to_attributes(found.of_value(), info, value)


def _enveloped(info: cms.SignerInfo, signed: bytes, alone: cms.SignedData) -> cms.SignedData:
    """Put the value in a CMS whose content is what it signs as it stands (5.4)."""
    fields = ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")
    return cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [info["digest_algorithm"]],
            "encap_content_info": {"content_type": "data", "content": core.OctetString(signed)},
            "certificates": alone["certificates"],
            "signer_infos": [cms.SignerInfo({one: info[one] for one in fields})],
        }
    )


def _held_to_attributes(found: Assessment, info: cms.SignerInfo, value: bytes) -> Assessment:
    """Hold a sound value to what its attributes say: of which signature, by whose certificate."""
    if found.integrity is not Integrity.INTACT:
        return found
    attrs = info["signed_attrs"]
    try:
        said = find_unique_cms_attribute(attrs, "message_digest").native
        signs = digest(info["digest_algorithm"]["algorithm"].native, value)
    except (NonexistentAttributeError, ValueError):
        return found.held(Verdict.FAILED, SubIndication.FORMAT_FAILURE, Integrity.UNKNOWN)
    if said != signs:
        return found.held(Verdict.FAILED, SubIndication.HASH_FAILURE, Integrity.HASH_MISMATCH)
    named = get_signing_cert_attr(attrs)
    if named is None or found.signer is None or check_ess_certid(found.signer, named["certs"][0]):
        return found
    sub = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    return found.held(Verdict.INDETERMINATE, sub, found.integrity)
