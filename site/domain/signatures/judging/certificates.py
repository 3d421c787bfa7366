"""Make of a certificate what can be shown of it: names in it are chosen by whoever asked for it."""

from asn1crypto import keys, x509

from communaute.domain.signatures.facts import CertificateFacts, clean


_PSEUDONYM = "2.5.4.65"
_ELSEWHERE = frozenset({"time_stamping", "ocsp_signing", "server_auth"})


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Read a certificate. Raises ValueError when it is not readable."""
    names = _names(certificate.subject)
    return CertificateFacts(
        holder=_holder(names),
        organisation=names.get("2.5.4.10", ""),
        country=names.get("2.5.4.6", ""),
        issuer=_holder(_names(certificate.issuer)),
        serial=f"{certificate.serial_number:x}"[:64],
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        sha256=certificate.sha256.hex(),
        key=_key(certificate),
        pseudonym=_PSEUDONYM in names,
    )


def is_for_other_purposes(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is reserved, in so many words, for other things than signing.

    RFC 5280, 4.2.1.12: a critical list of purposes binds. Those that people sign with name none,
    or some that say nothing against it: only what no person's signature ever is counts here.
    """
    listed = certificate.extended_key_usage_value
    critical = "extended_key_usage" in certificate.critical_extensions
    return critical and listed is not None and _ELSEWHERE.issuperset(listed.native)


def _names(name: x509.Name) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in name.chosen:
        for pair in part:
            value = clean(pair["value"].native)
            if value:
                found.setdefault(pair["type"].dotted, value)
    return found


def _holder(names: dict[str, str]) -> str:
    # Common name; else given name and surname; else pseudonym; else the body's name.
    person = " ".join(names[oid] for oid in ("2.5.4.42", "2.5.4.4") if oid in names)
    candidates = (names.get("2.5.4.3"), person, names.get(_PSEUDONYM), names.get("2.5.4.10"))
    return next((name for name in candidates if name), "")


def _key(certificate: x509.Certificate) -> str:
    public = as_meant(certificate.public_key)
    if public.algorithm == "ec":
        kind, curve = public.curve
        return f"EC {curve}" if kind == "named" else "EC"
    if public.algorithm in {"rsa", "rsassa_pss"}:
        return f"RSA {public.bit_size}"
    return str(public.algorithm).upper()


# Public keys as their authority meant them.


def as_meant(public_key: keys.PublicKeyInfo) -> keys.PublicKeyInfo:
    """Give an RSA key whose modulus was written without its leading zero, which DER reads as negative.

    Estonian authorities certified such keys in 2011. No modulus is negative: the number is the one
    that its bits say, and what verifies with it was made with its private key. Any other key is
    given as it is.
    """
    if public_key.algorithm != "rsa":
        return public_key
    key = public_key["public_key"].parsed
    modulus = key["modulus"]
    if modulus.native >= 0:
        return public_key
    meant = keys.RSAPublicKey(
        {
            "modulus": int.from_bytes(modulus.contents, "big"),
            "public_exponent": key["public_exponent"].native,
        }
    )
    return keys.PublicKeyInfo.wrap(meant, "rsa")
