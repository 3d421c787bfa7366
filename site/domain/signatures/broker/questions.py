"""What to ask about a certificate: addresses written in it, and the OCSP request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, crl, ocsp, x509


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
