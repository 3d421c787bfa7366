"""Private anchors of a trust DIR: `ca-qc/*.pem`, `tsa-qtst/*.pem`, `crl/*.crl`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import crl, pem, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.qualified.tsp import (
    CA_QC_URI,
    QTST_URI,
    BaseServiceInformation,
    CAServiceInformation,
    QTSTServiceInformation,
    QualifiedServiceInformation,
)

from communaute.domain.signatures.trust.reading import ListRefused
from communaute.domain.signatures.trust.services import ListedService


ALWAYS = datetime(1950, 1, 1, tzinfo=UTC)
PRIVATE_TERRITORY = "privé"


def read_private_anchors(directory: Path) -> Iterator[ListedService]:
    """The anchors of `directory`, granted at every moment. Raises ListRefused, naming the file."""
    for folder, service_type in (("ca-qc", CA_QC_URI), ("tsa-qtst", QTST_URI)):
        for path in sorted((directory / folder).glob("*.pem")):
            for certificate in _certificates(path):
                yield _private_service(certificate, service_type)


def read_local_crls(directory: Path) -> Iterator[bytes]:
    """The revocation lists of `directory/crl`, in DER. Raises ListRefused, naming the file."""
    for path in sorted((directory / "crl").glob("*.crl")):
        yield _crl(path)


def _private_service(certificate: x509.Certificate, service_type: str) -> ListedService:
    base = BaseServiceInformation(
        service_type=service_type,
        service_name=_service_name(certificate),
        valid_from=ALWAYS,
        valid_until=None,
        provider_certs=(certificate,),
        additional_info_certificate_type=frozenset(),
        other_additional_info=frozenset(),
    )
    information: QualifiedServiceInformation
    if service_type == CA_QC_URI:
        information = CAServiceInformation(base, frozenset(), expired_certs_revocation_info=None)
    else:
        information = QTSTServiceInformation(base, frozenset())
    return ListedService(information, PRIVATE_TERRITORY, private=True)


def _service_name(certificate: x509.Certificate) -> str:
    """The name people know an authority by: its common name, else every part of its name.

    asn1crypto's own `human_friendly` labels each part in English, which a page would show.
    """
    parts = certificate.subject.native
    values = [parts["common_name"]] if "common_name" in parts else list(parts.values())
    return ", ".join(str(value) for value in values)


def _certificates(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        certificates = tuple(load_certs_from_pemder_data(path.read_bytes()))
        for certificate in certificates:
            _ = certificate.subject.hashable, certificate.public_key.native
    except (OSError, ValueError, TypeError) as error:
        raise ListRefused(f"{path.name} n’est pas un certificat lisible") from error
    return certificates


def _crl(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        _ = crl.CertificateList.load(der, strict=True).issuer.hashable
    except (OSError, ValueError, TypeError) as error:
        raise ListRefused(f"{path.name} n’est pas une liste de révocation lisible") from error
    return bytes(der)
