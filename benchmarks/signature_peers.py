"""What can contradict a verdict on a reference file: what its source asserts, and what other programs find."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from communaute.domain.signatures.vocabulary import Kind


CONTENT_FAULTS = {"HASH_FAILURE", "SIG_CRYPTO_FAILURE", "FORMAT_FAILURE"}
_ALTERED = ("tampered", "modified-after", "shadow", "-altered", "attack", "sneaky")
# « valid » or « ok » as a word of its own.
_INTACT = re.compile(r"(?<![a-z])(valid|ok)(?![a-z])")
# iText's tests named after a part: they assert nothing of the integrity of the whole document.
_OF_A_PART = ("latest", "timestamp", "chain", "certificate", "byterange")
# Names that signxml's test expects to fail: for the value, or for something else than integrity.
_SIGNXML_ALTERED = ("altered", "newlines")
_SIGNXML_ELSE = (
    *("unsupported-signature-algorithm", "corrupted-cert", "cert-v2-wrong-digest"),
    *("wrong-sign-cert-digest", "nonconformant-x_be_conn_10", "sigpolstore-nodigest"),
)
# What pyHanko's tests find valid, with the updates they admit: test_appearance_update_edge_cases,
# test_diff_analysis_add_extensions_dict, test_double_sig_adobe_reader, and those that call
# val_trusted or val_untrusted. Those of `_ALTERED` are in test_disallow_appearance_stream_….
_BY_PYHANKO = frozenset(
    f"{name}.pdf"
    for name in (
        *("form-update-override-appearance-stream", "form-update-original-ap-type-wrong"),
        "form-update-override-appearance-stream-ap-indirect",
        "form-update-no-override-appearance-stream-ap-indirect",
        *("extensions-direct", "extensions-indirect"),
        *("extensions-update-direct", "extensions-update-indirect"),
        *("minimal-two-fields-signed-twice", "minimal-signed-twice-second-created"),
        *("minimal-signed-twice-both-created", "separate-annots-kids-indir"),
        *("sig-with-ski-sid", "sig-no-signed-attrs", "certified-with-indirect-refs-in-dir"),
        "pades-with-old-style-signing-cert-attr",
        "pades-with-old-style-signing-cert-attr-issser",
    )
)


def asserts_intact(name: str, source: dict[str, Any]) -> bool | None:
    """What the source asserts of integrity: by its tests, its folder or its name; None: nothing.

    True when nothing but honest changes came since the signatures, False when the file was
    altered. Tests that assert both (of one signature and another), that are of a part only, or
    that expect a failure without saying which, assert nothing here.
    """
    words = name.lower()
    if "/signxml/test/" in words.replace("__", "/"):
        return _by_signxml(Path(words).name)
    if Path(words).name in _BY_PYHANKO:
        return True
    tests = source.get("itext", ())
    if any(part in one["test"].lower() for one in tests for part in _OF_A_PART):
        return None
    said = {status for one in tests for status in one["status"]}
    if said:
        return {frozenset({"VALID"}): True, frozenset({"INVALID"}): False}.get(frozenset(said))
    asserted = source.get("expected", [])
    indications, subs = gathered(asserted, "indications"), gathered(asserted, "subindications")
    if indications == {"TOTAL_PASSED"}:
        return True
    if indications == {"TOTAL_FAILED"} and subs <= CONTENT_FAULTS:
        return False if subs else None
    if "/invalid-containers/" in words:
        return None  # invalid for many reasons, most of them not of integrity
    if "/valid-containers/" in words or "/live/" in words:
        return True
    if "/pdfinsecurity/" in words or any(mark in Path(words).name for mark in _ALTERED):
        return False
    return True if _INTACT.search(Path(words).name) else None


def _by_signxml(name: str) -> bool | None:
    """What `test_xades_interop_examples` of signxml asserts of each file beside it, by its name."""
    if any(mark in name for mark in _SIGNXML_ALTERED):
        return False
    return None if any(mark in name for mark in _SIGNXML_ELSE) else True


def gathered(asserted: list[dict[str, object]], key: str) -> set[str]:
    return {str(one) for entry in asserted for one in entry[key]}  # type: ignore[attr-defined]


def _pdfsig(path: Path) -> str | None:
    if shutil.which("pdfsig") is None:
        return None
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, timeout=60, check=False)
    said = [line for line in done.stdout.splitlines() if b"Signature Validation:" in line]
    said = [line for line in said if b"not yet been verified" not in line]
    if not said:
        return None
    return "valid" if all(b"Signature is Valid" in line for line in said) else "invalid"


def _openssl(path: Path) -> str | None:
    if shutil.which("openssl") is None:
        return None
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", str(path)]
    done = subprocess.run(
        [*command, "-out", "/dev/null"], capture_output=True, timeout=60, check=False
    )
    if done.returncode == 0:
        return "valid"
    failed = b"verification failure" in done.stderr or b"digest mismatch" in done.stderr
    return "invalid" if failed else None


def _xmlsec1(path: Path) -> str | None:
    if shutil.which("xmlsec1") is None:
        return None
    command = ["xmlsec1", "--verify", "--insecure", "--enabled-key-data", "x509"]
    for element in _IDENTIFIED:
        command += ["--id-attr:Id", element]
    started = time.perf_counter()
    done = subprocess.run([*command, path], capture_output=True, timeout=60, check=False)
    XMLSEC1_SECONDS.append(time.perf_counter() - started)
    said = done.stdout + done.stderr
    if done.returncode == 0:
        return "valid"
    return "invalid" if b"do not match" in said else None


XMLSEC1_SECONDS: list[float] = []
_IDENTIFIED = ("SignedProperties", "Object", "Signature", "SignatureValue", "Manifest", "KeyInfo")
PEERS: dict[Kind, tuple[str, Callable[[Path], str | None]]] = {
    Kind.PDF: ("pdfsig", _pdfsig),
    Kind.CMS: ("openssl", _openssl),
    Kind.XML: ("xmlsec1", _xmlsec1),
}
