"""Find the certificate of a signer whom a program named with the accents of its authority spoilt.

Programs built on node-forge write the UTF-8 of the issuer's name as if each octet were a letter:
« Autorité » becomes « AutoritÃ© », and no certificate bears that name. Nobody signs this name; the
key of the certificate proves whose the signature is, as for any other.
"""

from typing import Any

from asn1crypto import cms, x509


def well_named(signed_data: cms.SignedData) -> cms.SignedData:
    """Give a CMS of one signer with its issuer's name mended, or as it is when it needs nothing.

    The certificate must be there, under that number, and its issuer's name be the spoilt one.
    """
    try:
        (signer,) = signed_data["signer_infos"]
        named = signer["sid"]
        if named.name != "issuer_and_serial_number":
            return signed_data
        fitting = [one for one in _certificates(signed_data) if _is_spoilt(named.chosen, one)]
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


def _certificates(signed_data: cms.SignedData) -> list[x509.Certificate]:
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
