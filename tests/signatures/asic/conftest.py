"""The signers of XML, for containers too."""

from tests.signatures.xades.conftest import xml_clock, xml_signer


__all__ = ["xml_clock", "xml_signer"]
