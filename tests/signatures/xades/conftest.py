"""Signers and clocks for XML, from the tests' own authorities."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from lxml import etree

from communaute.domain.signatures.museum.xml_signer import Clock, XmlSigner
from tests.signatures.documents import Office


ORDER = b"""<?xml version="1.0"?>
<commande xmlns="urn:example:commande"><objet>Papier &amp; encre</objet>
  <montant devise="EUR">100</montant></commande>"""


@pytest.fixture(scope="session")
def xml_signer(office: Office) -> Callable[..., XmlSigner]:
    def make(label: str = "signer", *, chain: bool = True) -> XmlSigner:
        key = load_der_private_key(office.pki.key(label).dump(), None)
        others: tuple[str, ...] = ("ca", "root") if chain else ()
        if label == "stranger":
            others = ("stranger-root",)
        pki = office.pki
        certificate = pki.certificate(label).dump()
        return XmlSigner(key, certificate, tuple(pki.certificate(one).dump() for one in others))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def xml_clock(office: Office) -> Callable[..., Clock]:
    def make(at: datetime, tsa: str = "tsa") -> Clock:
        def token(content: bytes) -> bytes:
            clock = office.clock(at, tsa)
            digest = hashlib.sha256(content).digest()
            der: bytes = asyncio.run(clock.async_timestamp(digest, "sha256")).dump()
            return der

        return token

    return make


@pytest.fixture
def order() -> etree._Element:
    """A document to sign."""
    return etree.fromstring(ORDER)
