"""What the verifier does once before it forks, so that no child does it again.

The first verification of a process makes the classes of ASN.1 ready, imports what is imported
late and compiles expressions: a quarter of what a child spends. The documents, one of each kind,
are ours, signed by authorities made up for them, at a moment that never passes.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

from communaute.domain.signatures.trust.store import load_trust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Verdict


FOLDER = Path(__file__).parent / "documents"


@cache
def rehearse() -> dict[str, Verdict | None]:
    """Verify each document, once a process; the verdict of each by its name.

    For the process that forks, never for a child: it opens files.
    """
    moment = datetime.fromisoformat((FOLDER / "moment").read_text(encoding="ascii").strip())
    trust = load_trust(FOLDER / "trust")
    documents = (path for path in sorted(FOLDER.glob("*.*")) if path.is_file())
    return {
        path.name: verify(path.read_bytes(), trust=trust, at=moment).verdict for path in documents
    }
