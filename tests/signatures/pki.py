"""The project's own public key infrastructure: made anew for each run, no key is ever kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from asn1crypto.keys import PrivateKeyInfo
from certomancer.registry import (
    ArchLabel,
    CertLabel,
    CertomancerConfig,
    KeyLabel,
    PKIArchitecture,
    ServiceLabel,
)
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
YEAR = 365 * DAY
EXPIRED_SINCE = NOW - 3 * YEAR
REVOKED_SINCE = NOW - 200 * DAY
YOUNG_SINCE = NOW - 60 * DAY

_RSA = {
    **dict.fromkeys(("root", "ca", "signer", "tsa", "stranger", "impostor"), 2048),
    "weak": 1024,
}
HOSTILE = "<script>alert(1)</script>\u202egnp.exe\u0007"


@dataclass(frozen=True)
class Pki:
    """Certificates, keys and services of the tests' authorities."""

    arch: PKIArchitecture

    def certificate(self, label: str) -> x509.Certificate:
        found: x509.Certificate = self.arch.get_cert(CertLabel(label))
        return found

    def key(self, label: str) -> PrivateKeyInfo:
        spec = self.arch.get_cert_spec(CertLabel(label))
        found: PrivateKeyInfo = self.arch.key_set.get_private_key(KeyLabel(spec.subject_key.value))
        return found

    def crl(self, label: str, at: datetime) -> crl.CertificateList:
        """The list of `label` in force at `at`: one is issued every five days."""
        found: crl.CertificateList = self.arch.service_registry.get_crl(ServiceLabel(label), at)
        return found

    def ocsp(self, label: str, at: datetime) -> ocsp.OCSPResponse:
        """What the responder answers at `at` on the certificate called `label`."""
        responder = self.arch.service_registry.summon_responder(ServiceLabel("ca"), at)
        return responder.build_ocsp_response(_request(self, label))

    def write_trust(self, directory: Path, at: datetime = NOW, *, lists: bool = True) -> Path:
        """Write a trust DIR: anchors, and the revocation lists in force at `at`."""
        for folder, labels in {"ca-qc": ("ca",), "tsa-qtst": ("tsa", "old-tsa")}.items():
            (directory / folder).mkdir(parents=True, exist_ok=True)
            for label in labels:
                der = self.certificate(label).dump()
                (directory / folder / f"{label}.pem").write_bytes(pem.armor("CERTIFICATE", der))
        (directory / "crl").mkdir(exist_ok=True)
        for label in ("root", "ca") if lists else ():
            (directory / "crl" / f"{label}.crl").write_bytes(self.crl(label, at).dump())
        return directory


def _request(pki: Pki, label: str) -> ocsp.OCSPRequest:
    certificate, issuer = pki.certificate(label), pki.certificate("ca")
    identifier = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": issuer.subject.sha1,
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    }
    return ocsp.OCSPRequest(
        {"tbs_request": {"request_list": [{"req_cert": ocsp.CertId(identifier)}]}}
    )


def make_pki(directory: Path) -> Pki:
    """Make keys in `directory` and the certificates over them."""
    for label, bits in _RSA.items():
        _write(directory / f"{label}.pem", rsa.generate_private_key(65537, bits))
    _write(directory / "ec.pem", ec.generate_private_key(ec.SECP256R1()))
    _write(directory / "ed25519.pem", ed25519.Ed25519PrivateKey.generate())
    _write(directory / "ed448.pem", ed448.Ed448PrivateKey.generate())
    _write(directory / "responder.pem", ec.generate_private_key(ec.SECP256R1()))
    config = CertomancerConfig(_config(), key_search_dir=str(directory))
    return Pki(config.get_pki_arch(ArchLabel("tests")))


def _write(path: Path, key: Any) -> None:
    form = PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))


def _config() -> dict[str, Any]:
    keys = {
        label: {"path": f"{label}.pem"} for label in (*_RSA, "ec", "ed25519", "ed448", "responder")
    }
    return {
        "plugin-modules": ["pyhanko.sign.ades.qualified_asn1"],
        "keysets": {"tests": {"keys": keys}},
        "pki-architectures": {
            "tests": {
                "keyset": "tests",
                "entities": _entities(),
                "certs": _certificates(),
                "services": _services(),
            }
        },
    }


def _entities() -> dict[str, Any]:
    people = {
        "signer": "Claude Exemple",
        "noqc": "Alix Sans Qualité",
        "seal": "Service des Cachets",
        "expired": "Sacha Échu",
        "revoked": "Camille Révoqué",
        "young": "Lou Récent",
        "weak": "Dominique Faible",
        "server": "serveur.example",
        "ec": "Maxime Courbe",
        "ed25519": "Andrea Edwards",
        "ed448": "Noa Edwards",
        "hostile": HOSTILE,
        "long": "A" * 10_000,
    }
    names = {label: {"country-name": "FR", "common-name": name} for label, name in people.items()}
    authorities = {
        "root": "Racine d'essai",
        "ca": "Autorité d'essai",
        "tsa": "Horodatage d'essai",
        "old-tsa": "Ancien horodatage d'essai",
        "responder": "Répondeur d'essai",
        "stranger-root": "Racine inconnue",
        "stranger": "Inconnu Au Bataillon",
        "stranger-tsa": "Horodatage inconnu",
    }
    return names | {
        label: {"country-name": "FR", "organization-name": "Essais", "common-name": name}
        for label, name in authorities.items()
    }


_STRANGE = {
    "issuer": "stranger-root",
    "issuer-cert": "stranger-root",
    "authority-key": "stranger",
}


def _certificates() -> dict[str, Any]:
    # What a certomancer authority puts in the certificates it issues.
    root = {"id": "simple-ca", "params": {"crl-repo": "root"}}
    ca = {"id": "simple-ca", "params": {"crl-repo": "ca", "ocsp-service": "ca"}}
    ancient, far = NOW - 12 * YEAR, NOW + 12 * YEAR
    return {
        "root": _one("root", "root", "root", ancient, far, [root]),
        "ca": _one("ca", "ca", "root", ancient, far, [ca]),
        "responder": _one("responder", "responder", "ca", ancient, far, [{"id": "ocsp-responder"}]),
        "tsa": _tsa("tsa", "tsa", "root", NOW - 8 * YEAR, NOW + 8 * YEAR),
        "old-tsa": _tsa("old-tsa", "tsa", "root", NOW - 9 * YEAR, NOW - 2 * YEAR),
        "signer": _person("signer", _qc("esign")),
        "adesqc": _person("signer", _qc("esign", device=False)),
        "noqc": _person("noqc"),
        "seal": _person("seal", _qc("eseal")),
        "hostile": _person("hostile", _qc("esign")),
        "long": _person("long", _qc("esign")),
        "ec": _person("ec", _qc("esign"), key="ec"),
        "ed25519": _person("ed25519", _qc("esign"), key="ed25519"),
        "ed448": _person("ed448", _qc("esign"), key="ed448"),
        "weak": _person("weak", _qc("esign"), key="weak"),
        "expired": _person("expired", _qc("esign"), NOW - 6 * YEAR, EXPIRED_SINCE),
        "young": _person("young", _qc("esign"), YOUNG_SINCE),
        "revoked": _person("revoked", _qc("esign"))
        | {"revocation": {"revoked-since": REVOKED_SINCE.isoformat(), "reason": "key_compromise"}},
        "server": _person("server", profiles=[]) | {"extensions": [_usage("key_encipherment")]},
        # Issued by a signer, who is no authority.
        "by-signer": _person("hostile", _qc("esign"))
        | {"issuer": "signer", "issuer-cert": "signer", "authority-key": "signer"},
        "stranger-root": _one(
            "stranger-root", "stranger", "stranger-root", ancient, far, [{"id": "simple-ca"}]
        ),
        "stranger": _person("stranger", _qc("esign")) | _STRANGE,
        "stranger-tsa": _tsa("stranger-tsa", "stranger", "stranger-root", ancient, far),
        # The same name as the listed authority, with a key of its own.
        "impostor-ca": _one("ca", "impostor", "root", ancient, far, [ca])
        | {"authority-key": "impostor"},
        "impostor": _person("signer", _qc("esign"))
        | {"authority-key": "impostor", "issuer-cert": "impostor-ca"},
    }


def _one(
    subject: str, key: str, issuer: str, since: datetime, until: datetime, profiles: list[Any]
) -> dict[str, Any]:
    return {
        "subject": subject,
        "subject-key": key,
        "issuer": issuer,
        "issuer-cert": issuer,
        "authority-key": {"stranger-root": "stranger"}.get(issuer, issuer),
        "validity": {"valid-from": since.isoformat(), "valid-to": until.isoformat()},
        "profiles": profiles,
    }


def _person(
    subject: str,
    extensions: list[Any] | None = None,
    since: datetime = NOW - 5 * YEAR,
    until: datetime = NOW + 3 * YEAR,
    *,
    key: str = "signer",
    profiles: list[Any] | None = None,
) -> dict[str, Any]:
    usual = [{"id": "digsig-commitment"}]
    shown = usual if profiles is None else profiles
    return _one(subject, key, "ca", since, until, shown) | {"extensions": extensions or []}


def _tsa(subject: str, key: str, issuer: str, since: datetime, until: datetime) -> dict[str, Any]:
    usage = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
    return _one(subject, key, issuer, since, until, []) | {
        "extensions": [_usage("digital_signature"), usage]
    }


def _usage(name: str) -> dict[str, Any]:
    schema = {"schema": "key-usage", "params": [name]}
    return {"id": "key_usage", "critical": True, "smart-value": schema}


def _qc(kind: str, *, device: bool = True) -> list[Any]:
    statements: list[dict[str, Any]] = [{"statement_id": "qc_compliance"}]
    statements += [{"statement_id": "qc_sscd"}] if device else []
    statements += [{"statement_id": "qc_type", "statement_info": [f"qct_{kind}"]}]
    return [{"id": "qc_statements", "critical": False, "value": statements}]


def _services() -> dict[str, Any]:
    return {
        "crl-repo": {
            label: {
                "for-issuer": label,
                "issuer-cert": label,
                "signing-key": label,
                "simulated-update-schedule": "P5D",
            }
            for label in ("root", "ca")
        },
        "ocsp": {
            "ca": {
                "for-issuer": "ca",
                "issuer-cert": "ca",
                "responder-cert": "responder",
                "signing-key": "responder",
            }
        },
    }
