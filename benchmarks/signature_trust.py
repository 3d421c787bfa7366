"""The trust the benchmarks use: the real lists that the reference data holds."""

import shutil
from pathlib import Path

from benchmarks.signature_files import REFERENCE
from communaute.domain.signatures.trust.store import LoadedTrust, load_trust


_LISTS = (
    "MatthiasValvekens__pyHanko/internal/common-test-utils/src/pyhanko_testing_commons/"
    "test_data/data/tl"
)


def reference_trust(directory: Path) -> LoadedTrust:
    """Load European list 388, Belgium 81, Estonia 68 and France 73 from `directory/lists`."""
    lists = directory / "lists"
    lists.mkdir(parents=True, exist_ok=True)
    for name in ("eu-lotl.xml", "tsl-be-v6.xml", "tsl-ee.xml"):
        shutil.copy(REFERENCE / _LISTS / name, lists / name)
    shutil.copy(REFERENCE / "trustlists" / "tl-fr-vse.xml", lists / "tl-fr.xml")
    return load_trust(directory)
