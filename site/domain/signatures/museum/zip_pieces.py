"""The containers of the museum."""

from collections.abc import Callable, Mapping

from communaute.domain.signatures.museum import container as box
from communaute.domain.signatures.museum import xml_signer as xml
from communaute.domain.signatures.museum.authorities import Authorities
from communaute.domain.signatures.museum.cms_pieces import sign_cms


Maker = Callable[[Authorities], bytes]
_TEXT = b"Contrat de cent euros\n" * 10
_FILES = {"contrat.txt": _TEXT, "annexe.txt": b"Annexe\n"}


def _about(of: Authorities, files: Mapping[str, bytes] = _FILES) -> dict[str, bytes]:
    signature = xml.detached(list(files.items()), of.xml(of.signer))
    return {"signatures0.xml": box.xades_file([signature])}


def _sealed(of: Authorities, files: Mapping[str, bytes] = _FILES) -> bytes:
    return box.container(files, _about(of))


def _zip_with(*more: tuple[str, bytes]) -> Maker:
    def make(of: Authorities) -> bytes:
        about = [(f"META-INF/{name}", content) for name, content in _about(of).items()]
        return box.zipped([("mimetype", box.EXTENDED), *_FILES.items(), *about, *more])

    return make


def _twisted(twist: Callable[[bytes], bytes]) -> Maker:
    return lambda of: twist(_sealed(of))


def _zip_escaped(of: Authorities) -> bytes:
    signature = xml.detached([("pi%C3%A8ce%20jointe.txt", _TEXT)], of.xml(of.signer))
    about = {"signatures0.xml": box.xades_file([signature])}
    return box.container({"pièce jointe.txt": _TEXT}, about)


def _zip_manifest(of: Authorities) -> bytes:
    listing = box.manifest("META-INF/signature001.p7s", _FILES)
    about = {
        "ASiCManifest001.xml": listing,
        "signature001.p7s": sign_cms(of, listing, of.signer, detached=True),
    }
    return box.container(_FILES, about)


def _zip_simple(of: Authorities) -> bytes:
    about = {"signature.p7s": sign_cms(of, _TEXT, of.signer, detached=True)}
    return box.container({"contrat.txt": _TEXT}, about, box.SIMPLE)


MAKERS: Mapping[str, Maker] = {
    "zip-contenu": lambda of: _sealed(of, _FILES | {"contrat.txt": b"Mille euros"}),
    "zip-ajout": _zip_with(("avenant.txt", b"Et mille de plus")),
    "zip-retrait": lambda of: _sealed(of, {"contrat.txt": _TEXT}),
    "zip-prefixe": _twisted(box.with_prefix),
    "zip-suffixe": _twisted(box.with_suffix),
    "zip-deux-sommaires": _twisted(
        lambda z: box.with_two_directories(z, box.zipped({"contrat.txt": b"Mille euros"}))
    ),
    "zip-cache": _twisted(lambda z: box.with_hidden_entry(z, "contrat.txt", b"Mille euros")),
    "zip-nom": _twisted(lambda z: box.with_another_name_inside(z, "contrat.txt", "marches.txt")),
    "zip-deux-noms": _twisted(
        lambda z: box.with_another_name_beside(z, "contrat.txt", "marche.txt")
    ),
    "zip-taille": _twisted(lambda z: box.with_false_size(z, "contrat.txt")),
    "zip-deux-fois": _zip_with(("CONTRAT.TXT", b"Mille euros")),
    "zip-chemin": _zip_with(("../contrat.txt", b"Mille euros")),
    "zip-bombe": _zip_with(("zeros", bytes(50_000_000))),
    "zip-noms": _zip_escaped,
    "zip-manifeste": _zip_manifest,
    "zip-simple": _zip_simple,
}
