"""What certification authorities said of a certificate, in every authentic statement at hand.

The library stops at the first statement that suits it: an old « good » hides a newer
« revoked ». The verdict must know them all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash

from asn1crypto import core, crl, ocsp, x509
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from communaute.domain.signatures.facts import RevocationFacts
from communaute.domain.signatures.judging.evidence import Evidence
from communaute.domain.signatures.judging.policies import Algorithms
from communaute.domain.signatures.vocabulary import RevocationStatus


_UNDERSTOOD = {
    *("issuing_distribution_point", "delta_crl_indicator", "crl_number"),
    *("authority_key_identifier", "issuer_alt_name"),
}
# The certificate is too short-lived to be revoked (ETSI EN 319 412-1, 5.2; RFC 9608).
_NEVER_REVOKED = frozenset({"0.4.0.194121.2.1", "2.5.29.56"})


@dataclass(frozen=True)
class Statement:
    """One authentic statement of an authority on one certificate."""

    source: str
    issued_at: datetime
    next_update: datetime | None
    revoked_at: datetime | None
    reason: str = ""
    covers_since: datetime | None = None
    """For an expired certificate: since when the authority keeps expired ones (None: not)."""
    strong: bool = True
    """False when signed with an algorithm no longer relied upon: good for « revoked » only."""
    complete: bool = True
    """False for a partial list, which cannot say that a certificate is not revoked."""


def statements(
    certificate: x509.Certificate, issuer: x509.Certificate, evidence: Evidence
) -> list[Statement]:
    """List what `issuer` said of `certificate`; what it did not sign is left out."""
    found: list[Statement] = []
    for container in evidence.crls:
        found += _tolerated(_from_crl(container, certificate, issuer))
    for response in evidence.ocsps:
        found += _tolerated(_from_ocsp(response, certificate, issuer))
    return found


def _tolerated(found: Iterator[Statement]) -> list[Statement]:
    try:
        return list(found)
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def summary(found: Sequence[Statement]) -> RevocationFacts:
    """Say in one value what the statements amount to; the earliest revocation prevails."""
    revoked = [s for s in found if s.revoked_at is not None]
    if revoked:
        first = min(revoked, key=lambda s: s.revoked_at or s.issued_at)
        return RevocationFacts(
            RevocationStatus.REVOKED, first.source, first.issued_at, first.revoked_at, first.reason
        )
    good = [s for s in found if s.strong and s.complete]
    if not good:
        return RevocationFacts(RevocationStatus.UNKNOWN)
    last = max(good, key=lambda s: s.issued_at)
    return RevocationFacts(RevocationStatus.GOOD, last.source, last.issued_at)


def not_revoked_after(
    certificate: x509.Certificate, found: Sequence[Statement], proven_at: datetime
) -> bool:
    """Say whether some statement issued after `proven_at` shows the certificate was good then.

    A later revocation shows it too. A statement issued once the certificate had expired
    shows nothing, unless its authority keeps expired certificates in its lists.
    """
    if any(s.revoked_at is not None and s.revoked_at <= proven_at for s in found):
        return False
    return any(
        s.revoked_at is not None
        or (s.strong and s.complete and proven_at <= s.issued_at and _speaks_of(s, certificate))
        for s in found
    )


def never_revoked(certificate: x509.Certificate) -> bool:
    """Say whether its authority announced that it would never revoke a certificate."""
    extensions = certificate["tbs_certificate"]["extensions"] or ()
    return any(extension["extn_id"].dotted in _NEVER_REVOKED for extension in extensions)


def good_around(
    certificate: x509.Certificate, found: Sequence[Statement], proven_at: datetime
) -> bool:
    """Say the same of an intermediate authority, whose lists are issued months apart."""
    if not_revoked_after(certificate, found, proven_at):
        return True
    return not any(s.revoked_at and s.revoked_at <= proven_at for s in found) and any(
        s.strong and s.complete and s.issued_at <= proven_at <= (s.next_update or s.issued_at)
        for s in found
    )


def _speaks_of(statement: Statement, certificate: x509.Certificate) -> bool:
    expiry: datetime = certificate.not_valid_after
    if statement.issued_at <= expiry:
        return True
    return statement.covers_since is not None and statement.covers_since <= expiry


def _from_crl(
    container: CRLContainer, certificate: x509.Certificate, issuer: x509.Certificate
) -> Iterator[Statement]:
    revocations = container.crl_data
    if revocations.issuer.hashable != certificate.issuer.hashable:
        return
    scope = revocations.issuing_distribution_point_value
    if not _in_scope(scope, certificate) or not _signed(
        revocations["signature"].native,
        revocations["tbs_cert_list"].dump(),
        issuer,
        revocations["signature_algorithm"],
    ):
        return
    body = revocations["tbs_cert_list"]
    revoked_at, reason = _entry(revocations, certificate.serial_number)
    yield Statement(
        "CRL",
        body["this_update"].native,
        body["next_update"].native,
        revoked_at,
        reason,
        _kept_since(revocations),
        _is_strong(revocations["signature_algorithm"], issuer),
        revocations.delta_crl_indicator_value is None
        and _whole(scope, certificate)
        and _understood(body),
    )


def _in_scope(scope: crl.IssuingDistributionPoint | None, certificate: x509.Certificate) -> bool:
    if scope is None:
        return True
    if scope["indirect_crl"].native or scope["only_contains_attribute_certs"].native:
        return False
    if certificate.ca:
        return not scope["only_contains_user_certs"].native
    return not scope["only_contains_ca_certs"].native


def _whole(scope: crl.IssuingDistributionPoint | None, certificate: x509.Certificate) -> bool:
    """Say whether a list speaks of `certificate` for every reason (RFC 5280, 6.3.3 b 2)."""
    if scope is None:
        return True
    if scope["only_some_reasons"].native:
        return False
    name = scope["distribution_point"]
    if not name:
        return True
    points = certificate.crl_distribution_points_value or ()
    return any(point["distribution_point"].native == name.native for point in points) or any(
        set(point["distribution_point"].native or ()) & set(name.native or ())
        for point in points
        if name.name == "full_name" and point["distribution_point"].name == "full_name"
    )


def _understood(body: crl.TbsCertList) -> bool:
    """Say whether a list holds nothing critical that is not known here (RFC 5280, 5.2)."""
    return not any(
        extension["critical"].native and extension["extn_id"].native not in _UNDERSTOOD
        for extension in body["crl_extensions"] or ()
    )


def _entry(revocations: crl.CertificateList, serial: int) -> tuple[datetime | None, str]:
    # A list may have a million entries: parse them only when the serial is somewhere in it.
    entries = revocations["tbs_cert_list"]["revoked_certificates"]
    if core.Integer(serial).dump() not in revocations["tbs_cert_list"].dump():
        return None, ""
    for entry in entries or ():
        if entry["user_certificate"].native == serial:
            reason = entry.crl_reason_value
            if reason is not None and reason.native == "remove_from_crl":
                return None, ""
            return entry["revocation_date"].native, reason.native if reason else ""
    return None, ""


def _kept_since(revocations: crl.CertificateList) -> datetime | None:
    # expiredCertsOnCRL, ITU-T X.509 (2.5.29.60).
    for extension in revocations["tbs_cert_list"]["crl_extensions"] or ():
        if extension["extn_id"].dotted == "2.5.29.60":
            kept: datetime = core.GeneralizedTime.load(extension["extn_value"].contents).native
            return kept
    return None


def _from_ocsp(
    container: OCSPContainer, certificate: x509.Certificate, issuer: x509.Certificate
) -> Iterator[Statement]:
    single = container.extract_single_response()
    basic = container.extract_basic_ocsp_response()
    if single is None or basic is None or not _about(single["cert_id"], certificate, issuer):
        return
    responder = _responder(basic, issuer)
    if responder is None:
        return
    status = single["cert_status"]
    if status.name == "unknown":
        return
    revoked = status.chosen if status.name == "revoked" else None
    yield Statement(
        "OCSP",
        single["this_update"].native,
        single["next_update"].native,
        revoked["revocation_time"].native if revoked is not None else None,
        (revoked["revocation_reason"].native or "") if revoked is not None else "",
        _archive_cutoff(single),
        _is_strong(basic["signature_algorithm"], responder),
    )


def _about(cert_id: ocsp.CertId, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if cert_id["serial_number"].native != certificate.serial_number:
        return False
    algorithm = cert_id["hash_algorithm"]["algorithm"].native
    name = new_hash(algorithm, issuer.subject.dump()).digest()
    key = new_hash(algorithm, bytes(issuer.public_key["public_key"])).digest()
    return bool(
        cert_id["issuer_name_hash"].native == name and cert_id["issuer_key_hash"].native == key
    )


def _responder(basic: ocsp.BasicOCSPResponse, issuer: x509.Certificate) -> x509.Certificate | None:
    body, signature = basic["tbs_response_data"].dump(), basic["signature"].native
    algorithm = basic["signature_algorithm"]
    if _signed(signature, body, issuer, algorithm):
        return issuer
    produced = basic["tbs_response_data"]["produced_at"].native
    for delegate in list(basic["certs"] or ())[:10]:
        if _delegated(delegate, issuer, produced) and _signed(signature, body, delegate, algorithm):
            return delegate
    return None


def _delegated(delegate: x509.Certificate, issuer: x509.Certificate, produced: datetime) -> bool:
    usage = delegate.extended_key_usage_value
    return bool(
        usage is not None
        and "ocsp_signing" in usage.native
        and delegate.not_valid_before <= produced <= delegate.not_valid_after
        and _signed(
            delegate.signature,
            delegate["tbs_certificate"].dump(),
            issuer,
            delegate["signature_algorithm"],
        )
    )


def _archive_cutoff(single: ocsp.SingleResponse) -> datetime | None:
    value = single.archive_cutoff_value
    cutoff: datetime | None = value.native if value is not None else None
    return cutoff


def _is_strong(algorithm: object, signer: x509.Certificate) -> bool:
    return bool(Algorithms().signature_algorithm_allowed(algorithm, None, signer.public_key))


def _signed(signature: bytes, body: bytes, signer: x509.Certificate, algorithm: object) -> bool:
    try:
        DefaultSignatureValidator().validate_signature(
            signature,
            body,
            signer.public_key,
            algorithm,
        )
    except Exception:
        return False
    return True
