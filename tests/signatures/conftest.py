"""The tests' authorities, the trust put in them, and documents signed with them."""

from pathlib import Path

import pytest

from communaute.domain.signatures.detect import Content
from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.trust.store import LoadedTrust, load_trust
from communaute.domain.signatures.verify import verify
from tests.signatures.documents import Office
from tests.signatures.pki import Pki, make_pki


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return make_pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def office(pki: Pki) -> Office:
    return Office(pki)


@pytest.fixture(scope="session")
def trust_directory(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pki.write_trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="session")
def trust(trust_directory: Path) -> LoadedTrust:
    return load_trust(trust_directory)


@pytest.fixture(scope="session")
def offline_trust(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> LoadedTrust:
    """The same anchors without any revocation list: what an isolated server knows."""
    return load_trust(pki.write_trust(tmp_path_factory.mktemp("offline"), lists=False))


class Verifier:
    """Verifies with the tests' trust."""

    def __init__(self, trust: LoadedTrust) -> None:
        self.trust = trust

    def __call__(self, document: Content, detached: bytes | None = None) -> DocumentReport:
        return verify(document, detached=detached, trust=self.trust)


@pytest.fixture(scope="session")
def check(trust: LoadedTrust) -> Verifier:
    return Verifier(trust)
