"""Make the signed documents a visitor can try, and what verifies them. No key is kept.

Run: .venv/bin/python -m tools.make_signature_samples
Rewrites site/static/exemples-signature/*.pdf, site/domain/signatures/samples/trust/ and
site/domain/signatures/samples/listed.json. To be run again only to change the documents.
"""

import json
import shutil
import sys
import tempfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import replace_text, update
from tests.signatures.pki import NOW, make_pki


SITE = Path(__file__).parent.parent / "site"
PUBLISHED = SITE / "static" / "exemples-signature"
ROOM = SITE / "domain" / "signatures" / "samples"


def make(office: Office) -> dict[str, bytes]:
    """Sign the four documents. Their verdicts must not change as time passes."""
    plain = blank_pdf("Exemple de contrat : cent euros")
    # A proven time, then a list issued after it: it passes for ever.
    valid = office.add_revocation(office.sign(plain, at=NOW - timedelta(hours=1)), NOW)
    return {
        "valide": valid,
        "altere": update(valid, replace_text),
        "expire": office.sign(plain, "expired"),
        "autorite-inconnue": office.sign(plain, "stranger"),
    }


def main() -> None:
    """Write the documents, the anchors that know them, and their digests."""
    with tempfile.TemporaryDirectory() as folder:
        pki = make_pki(Path(folder))
        documents = make(Office(pki))
        shutil.rmtree(ROOM / "trust", ignore_errors=True)
        pki.write_trust(ROOM / "trust", lists=False)
    PUBLISHED.mkdir(exist_ok=True)
    for name, content in documents.items():
        (PUBLISHED / f"{name}.pdf").write_bytes(content)
    listed = {name: sha256(content).hexdigest() for name, content in documents.items()}
    (ROOM / "listed.json").write_text(json.dumps(listed, indent=2) + "\n")
    sys.stdout.write("".join(f"{name} {digest}\n" for name, digest in listed.items()))


if __name__ == "__main__":
    main()
