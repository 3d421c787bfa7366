"""Five thousand altered files: none is accepted unless it still says the same thing."""

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from lxml import etree

from communaute.domain.signatures.museum import container as boxes
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.museum.xml_signer import XmlSigner, written
from communaute.domain.signatures.vocabulary import Verdict
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office
from tests.signatures.xades.conftest import ORDER, xml_signer


__all__ = ["xml_signer"]

MUTATIONS = 2_500
FILES = {"contrat.txt": b"Cent euros\n" * 3, "annexe.xml": b"<annexe/>"}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """One to three small changes: a byte, a piece cut, doubled or moved."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at, to = (chance.randrange(len(changed)) for _ in range(2))
        size = chance.choice((1, 2, 8, 64, 400))
        piece = bytes(changed[at : at + size])
        match chance.randrange(5):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                del changed[at : at + size]
            case 3:
                changed[to:to] = piece
            case _:
                changed[to : to + size] = piece
    return bytes(changed)


def read_in_xml(content: bytes) -> bytes:
    """What one reads in a signed XML: the document without its signature."""
    root = etree.fromstring(content)
    for signature in root.findall(f"{{{make.DS}}}Signature"):
        make_tail(signature)
        root.remove(signature)
    return make.c14n(root)


def make_tail(signature: etree._Element) -> None:
    previous = signature.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + (signature.tail or "")


def read_in_zip(content: bytes) -> dict[str, bytes]:
    """What one reads in a container."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [n for n in archive.namelist() if not n.upper().startswith("META-INF/")]
        return {name: archive.read(name) for name in names if name != "mimetype"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_altered_xml_is_never_accepted(
    seed: int, xml_signer: Callable[..., XmlSigner], check: Verifier
) -> None:
    root = etree.fromstring(ORDER)
    make.enveloped(root, xml_signer())
    original, chance = written(root), random.Random(seed)
    same = read_in_xml(original)
    assert check(original).verdict is Verdict.PASSED
    for _ in range(MUTATIONS // 5):
        altered = mutated(original, chance)
        if check(altered).verdict is Verdict.PASSED:
            assert read_in_xml(altered) == same


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_altered_containers_are_never_accepted(
    seed: int, office: Office, xml_signer: Callable[..., XmlSigner], check: Verifier
) -> None:
    signature = make.detached(list(FILES.items()), xml_signer("ec"))
    about = {"signatures0.xml": boxes.xades_file([signature])}
    original, chance = boxes.container(FILES, about), random.Random(seed)
    assert check(original).verdict is Verdict.PASSED
    for _ in range(MUTATIONS // 5):
        altered = mutated(original, chance)
        if check(altered).verdict is Verdict.PASSED:
            assert read_in_zip(altered) == FILES
