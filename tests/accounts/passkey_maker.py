"""A passkey in software: answers as an authenticator would, and as a forger might."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor


PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://localhost"


class SoftwareKey:
    """One passkey; `verifies` is whether it has asked its owner for a PIN or a finger."""

    def __init__(self, *, verifies: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.uses = 0
        # What a forger writes in the place of the public key and of the attestation.
        self.public: object = None
        self.attestation: dict[str, object] = {"fmt": "none", "attStmt": {}}

    def made(self, options: dict[str, Any], origin: str = ORIGIN) -> str:
        """The answer to options of creation."""
        point = self.key.public_key().public_numbers()
        numbers = {-2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        public = encode_cbor(self.public or {1: 2, 3: -7, -1: 1, **numbers})
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self.data(options["rp"]["id"], self.flags | ATTESTED) + attested
        statement = encode_cbor({**self.attestation, "authData": data})
        client = self.client("webauthn.create", options, origin)
        return self.answer(clientDataJSON=client, attestationObject=statement)

    def signed(self, options: dict[str, Any], origin: str = ORIGIN, host: str = "") -> str:
        """The answer to a request."""
        self.uses += 1
        data = self.data(host or options["rpId"], self.flags)
        client = self.client("webauthn.get", options, origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self.answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def data(self, host: str, flags: int) -> bytes:
        """What an authenticator says of the site and of itself."""
        site = hashlib.sha256(host.encode()).digest()
        return site + bytes([flags]) + self.uses.to_bytes(4, "big")

    def client(self, kind: str, options: dict[str, Any], origin: str) -> bytes:
        """What the browser says it was asked."""
        said = {"type": kind, "challenge": options["challenge"], "origin": origin}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def answer(self, **response: bytes) -> str:
        """The whole, as the browser writes it."""
        name = bytes_to_base64url(self.id)
        written = {each: bytes_to_base64url(value) for each, value in response.items()}
        kept = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**kept, "response": written})
