"""The CMS pieces of the museum."""

import asyncio
from collections.abc import Callable, Mapping

from asn1crypto import cms, core, pem

from communaute.domain.signatures.museum.authorities import Authorities, Person


TEXT = b"Contrat de cent euros\n" * 10


def _cms(of: Authorities, person: Person | None = None, *, detached: bool = False) -> bytes:
    return sign_cms(of, TEXT, person or of.signer, detached=detached)


def sign_cms(
    of: Authorities, content: bytes, person: Person, *, detached: bool, algorithm: str = "sha256"
) -> bytes:
    """Sign any content as CAdES."""
    signing = of.cms(person).async_sign_general_data(
        content, algorithm, detached=detached, use_cades=True
    )
    der: bytes = asyncio.run(signing).dump()
    return der


def _cms_of_another(of: Authorities) -> bytes:
    """The value that one person's key gave, in the signature of another."""
    info, other = (cms.ContentInfo.load(_cms(of, person)) for person in (of.signer, of.second))
    (false,) = other["content"]["signer_infos"]
    info["content"]["signer_infos"][0]["signature"] = false["signature"].native
    der: bytes = info.dump(force=True)
    return der


def _cms_bare(of: Authorities) -> bytes:
    info = cms.ContentInfo.load(_cms(of))
    signer = info["content"]["signer_infos"][0]
    value = of.xml(of.signer).value(TEXT, "sha256")
    bare = cms.SignerInfo(
        {
            name: signer[name]
            for name in ("version", "sid", "digest_algorithm", "signature_algorithm")
        }
        | {"signature": value}
    )
    info["content"]["signer_infos"] = [bare]
    der: bytes = info.dump(force=True)
    return der


def _cms_of_attributes(of: Authorities) -> bytes:
    """Show the attributes of a signature as the document it signs."""
    info = cms.ContentInfo.load(_cms(of))
    (signer,) = info["content"]["signer_infos"]
    fields = ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")
    info["content"]["encap_content_info"]["content"] = core.OctetString(
        signer["signed_attrs"].untag().dump()
    )
    info["content"]["signer_infos"] = [cms.SignerInfo({name: signer[name] for name in fields})]
    der: bytes = info.dump(force=True)
    return der


MAKERS: Mapping[str, Callable[[Authorities], bytes]] = {
    "cms-contenu": lambda of: _cms(of).replace(b"cent euros", b"neuf euros"),
    "cms-autre-certificat": _cms_of_another,
    "cms-texte-autour": lambda of: b"Payez mille euros.\n" + pem.armor("CMS", _cms(of)),
    "cms-sans-attributs": _cms_bare,
    "cms-attributs-montres": _cms_of_attributes,
    "cms-pem": lambda of: pem.armor("CMS", _cms(of)),
}
