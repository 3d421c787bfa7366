"""Fetch the revocation data of chains, once each is shown to lead to a listed anchor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from asn1crypto import algos, crl, ocsp, x509
from pyhanko_certvalidator.authority import AuthorityWithCert

from communaute.domain.signatures.broker.http import (
    AddressRefused,
    FetchFailed,
    Request,
    Resolve,
    RevocationCache,
    fetch,
    public_address,
)
from communaute.domain.signatures.judging.signer import issued
from communaute.domain.signatures.serve.engine import Chain, Revocation
from communaute.domain.signatures.trust.store import LoadedTrust


# What to ask about a certificate: addresses written in it, and the OCSP request.

CRL_BYTES = 20 * 1024 * 1024
OCSP_BYTES = 100 * 1024
_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One request that may answer whether a certificate is revoked."""

    url: str
    ocsp_request: bytes | None = None
    """The DER request; None to get a revocation list."""

    @property
    def limit(self) -> int:
        """The longest answer to take, in bytes."""
        return CRL_BYTES if self.ocsp_request is None else OCSP_BYTES

    @property
    def key(self) -> bytes:
        """What two equal questions share."""
        return self.url.encode() + b"\0" + (self.ocsp_request or b"")


def questions_on(certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[Question]:
    """The questions to try in order, OCSP first: its answers are small and fresh."""
    if certificate.ocsp_no_check_value is not None:
        return  # its authority asks not to check it (RFC 6960, 4.2.2.2.1)
    request = _ocsp_request(certificate, issuer)
    for url in certificate.ocsp_urls[:_ADDRESSES]:
        yield Question(url, request)
    for point in certificate.crl_distribution_points[:_ADDRESSES]:
        if isinstance(point.url, str):
            yield Question(point.url)


def next_update(question: Question, answer: bytes) -> datetime | None:
    """When an answer should be asked again; None when it does not say.

    Raises ValueError for what is no answer. Whether it is authentic, the verification says.
    """
    if question.ocsp_request is None:
        found = crl.CertificateList.load(answer, strict=True)["tbs_cert_list"]["next_update"]
        return _moment(found.native)
    response = ocsp.OCSPResponse.load(answer, strict=True)
    if response["response_status"].native != "successful":
        raise ValueError("the responder did not answer")
    responses = response.response_data["responses"]
    return min((_moment(one["next_update"].native) for one in responses), key=_or_never)


def _ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    identifier = ocsp.CertId(
        {
            # SHA-1 only names the certificate (RFC 6960, 4.1.1): every responder knows it.
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
            "issuer_name_hash": issuer.subject.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": certificate.serial_number,
        }
    )
    tbs = ocsp.TBSRequest({"request_list": [ocsp.Request({"req_cert": identifier})]})
    return bytes(ocsp.OCSPRequest({"tbs_request": tbs}).dump())


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _or_never(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else float("-inf")


REQUESTS = 12
"""How many requests one document may cause."""
CHAIN_LENGTH = 10
_OCSP_CONTENT = "application/ocsp-request"


@dataclass(slots=True)
class Broker:
    """Asks for revocation data on behalf of one document."""

    trust: LoadedTrust
    cache: RevocationCache
    resolve: Resolve = public_address
    _asked: int = 0
    _crls: dict[bytes, bytes] = field(default_factory=dict)
    _ocsps: dict[bytes, bytes] = field(default_factory=dict)

    def fetch(self, chains: Sequence[Chain]) -> Revocation:
        """The revocation data on every certificate of the chains that lead to an anchor.

        `chains` come from a child that read a hostile document: nothing in them is believed,
        and a chain that does not verify causes no request.
        """
        for chain in chains:
            for certificate, issuer in self._verified_pairs(chain):
                self._ask_about(certificate, issuer)
        return Revocation(tuple(self._crls.values()), tuple(self._ocsps.values()))

    def _verified_pairs(self, chain: Chain) -> Iterator[tuple[x509.Certificate, x509.Certificate]]:
        """Each certificate with its issuer, when the whole chain verifies up to an anchor."""
        try:
            certificates = [x509.Certificate.load(der) for der in chain[:CHAIN_LENGTH]]
            anchor = self._anchor_above(certificates[-1])
            if anchor is None:
                return
            pairs = list(pairwise([*certificates, anchor]))
            if all(issued(issuer, one) for one, issuer in pairs):
                yield from pairs
        except (ValueError, TypeError, IndexError, KeyError):
            return

    def _anchor_above(self, certificate: x509.Certificate) -> x509.Certificate | None:
        """The listed anchor that issued a certificate, by name and signature."""
        for manager in (self.trust.signer_trust(), self.trust.timestamp_trust()):
            for anchor in manager.find_potential_issuers(certificate):
                authority = anchor.authority
                if isinstance(authority, AuthorityWithCert) and issued(
                    authority.certificate, certificate
                ):
                    return authority.certificate
        return None

    def _ask_about(self, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
        """Ask until one answer comes."""
        for question in questions_on(certificate, issuer):
            answer = self._answer(question)
            if answer is not None:
                kept = self._crls if question.ocsp_request is None else self._ocsps
                kept[question.key] = answer
                return

    def _answer(self, question: Question) -> bytes | None:
        now = datetime.now(UTC)
        cached = self.cache.get(question.key, now)
        if cached is not None or self._asked >= REQUESTS:
            return cached
        self._asked += 1
        try:
            answer = fetch(_request(question), self.resolve)
            self.cache.put(question.key, answer, next_update(question, answer), now)
        except (AddressRefused, FetchFailed, ValueError, TypeError, OSError):
            return None
        return answer


def _request(question: Question) -> Request:
    return Request(question.url, question.limit, question.ocsp_request, _OCSP_CONTENT)
