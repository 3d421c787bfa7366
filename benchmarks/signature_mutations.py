"""Five thousand mutated files: none may be accepted for content nobody trusted signed.

Run: .venv/bin/python -m benchmarks.signature_mutations [COUNT] [SEED]
Sound documents of the tests' own authorities are mutated (bits, bytes, cuts, splices of one
document into another). A TOTAL-PASSED is counted as a false accept unless every byte that was
signed is still there, in its place; those are listed apart with where the mutation fell.
"""

import asyncio
import logging
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from communaute.domain.signatures.trust.store import load_trust
from communaute.domain.signatures.verify import verify
from communaute.domain.signatures.vocabulary import Verdict
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import fill_field, update
from tests.signatures.pki import EXPIRED_SINCE, NOW, YEAR, make_pki


_SLOWEST_SECONDS = 30.0


@dataclass(frozen=True)
class Seed:
    """A sound document and the stretches of it that are signed, or a CMS and what it signs."""

    name: str
    content: bytes
    signed: tuple[tuple[int, int], ...]


def seeds(directory: Path) -> tuple[list[Seed], Path]:
    """Make the sound documents, and the trust DIR that accepts them."""
    pki = make_pki(directory)
    office, plain, hour = Office(pki), blank_pdf(), timedelta(hours=1)
    long_term = office.add_revocation(office.sign(plain, at=NOW - hour), NOW)
    then = EXPIRED_SINCE - YEAR
    made = {
        "b-b": office.sign(plain),
        "b-t": office.sign(plain, at=NOW - hour),
        "b-lt": long_term,
        "b-lta": office.stamp(long_term, NOW),
        "certified": office.sign(plain, certify=MDPPerm.NO_CHANGES),
        "filled in": update(office.sign(plain, certify=MDPPerm.FILL_FORMS), fill_field),
        "form of two signers": office.sign(
            office.sign(update(plain, fill_field)), "ec", field="Other"
        ),
        "two signers": office.sign(office.sign(plain), "ec", field="Other"),
        "expired b-lta": office.stamp(
            office.add_revocation(office.sign(plain, "expired", at=then), then), then + hour
        ),
    }
    found = [Seed(name, content, _stretches(content)) for name, content in made.items()]
    for name, at in (("cms", None), ("cms b-t", NOW - hour)):
        content = asyncio.run(office.cms(b"Contrat de cent euros" * 20, at=at))
        found.append(Seed(name, content, ()))
    return found, pki.write_trust(directory / "trust")


def _stretches(content: bytes) -> tuple[tuple[int, int], ...]:
    reader = PdfFileReader(BytesIO(content), strict=False)
    ranges = [list(map(int, s.byte_range)) for s in reader.embedded_regular_signatures]
    return tuple(stretch for a, b, c, d in ranges for stretch in ((a, a + b), (c, c + d)))


def mutate(seed: Seed, others: list[Seed], dice: random.Random) -> bytes:
    """Damage a document in one of the usual ways."""
    ways: list[Callable[[bytearray, list[Seed], random.Random], bytes]] = [
        _flip,
        _flip,
        _overwrite,
        _cut,
        _splice,
        _insert,
        _repeat,
        _renumber,
    ]
    return dice.choice(ways)(bytearray(seed.content), others, dice)


def _flip(data: bytearray, _: list[Seed], dice: random.Random) -> bytes:
    for _n in range(dice.choice((1, 1, 1, 2, 8))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _overwrite(data: bytearray, _: list[Seed], dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    end = min(at + dice.choice((1, 4, 32, 256)), len(data))
    data[at:end] = dice.randbytes(end - at)
    return bytes(data)


def _cut(data: bytearray, _: list[Seed], dice: random.Random) -> bytes:
    if dice.random() < 0.5:
        return bytes(data[: dice.randrange(len(data))])
    at = dice.randrange(len(data))
    return bytes(data[:at] + data[at + dice.choice((1, 16, 512)) :])


def _splice(data: bytearray, others: list[Seed], dice: random.Random) -> bytes:
    other = dice.choice(others).content
    at, start = dice.randrange(len(data)), dice.randrange(len(other))
    length = dice.choice((16, 256, 4096, len(other)))
    piece = other[start : start + length]
    return bytes(data[:at] + piece + data[at + (len(piece) if dice.random() < 0.5 else 0) :])


def _insert(data: bytearray, _: list[Seed], dice: random.Random) -> bytes:
    at = dice.choice((dice.randrange(len(data)), len(data)))
    return bytes(data[:at] + dice.randbytes(dice.choice((1, 8, 64))) + data[at:])


def _repeat(data: bytearray, _: list[Seed], dice: random.Random) -> bytes:
    at, length = dice.randrange(len(data)), dice.choice((64, 1024, len(data)))
    return bytes(data + data[at : at + length])


def _renumber(data: bytearray, _: list[Seed], dice: random.Random) -> bytes:
    digits = [n for n, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    for _n in range(dice.choice((1, 2, 6))):
        data[dice.choice(digits)] = dice.randrange(0x30, 0x3A)
    return bytes(data)


def only_unsigned_bytes_changed(seed: Seed, mutated: bytes) -> bool:
    """Say whether all that was signed is still in its place."""
    if seed.signed:
        return all(seed.content[a:b] == mutated[a:b] for a, b in seed.signed)
    try:
        return _signed_part(seed.content) == _signed_part(mutated)
    except Exception:
        return False


def _signed_part(der: bytes) -> tuple[bytes, ...]:
    data = cms.ContentInfo.load(der)["content"]
    (signer,) = data["signer_infos"]
    content = data["encap_content_info"]["content"]
    return bytes(content), signer["signed_attrs"].dump(), signer["signature"].native


def run(count: int, seed: int) -> int:
    """Mutate and verify `count` files; the answer is the number of false accepts."""
    dice, outcomes, times = random.Random(seed), Counter[str](), list[float]()
    false, apart = [], Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        sound, directory = seeds(Path(folder))
        trust = load_trust(directory)
        for one in sound:
            assert verify(one.content, trust=trust).verdict is Verdict.PASSED, one.name
        files, memory = len(os.listdir("/proc/self/fd")), _resident()
        for number in range(count):
            chosen = dice.choice(sound)
            mutated = mutate(chosen, sound, dice)
            if mutated == chosen.content:
                continue
            started = time.perf_counter()
            report = verify(mutated, trust=trust)
            times.append(time.perf_counter() - started)
            outcomes[str(report.verdict or report.error)] += 1
            if report.verdict is Verdict.PASSED:
                if only_unsigned_bytes_changed(chosen, mutated):
                    apart[chosen.name] += 1
                else:
                    false.append((number, chosen.name))
                    Path(f"/tmp/false-accept-{seed}-{number}.bin").write_bytes(mutated)
    times.sort()
    print(f"{len(times)} mutated files, seed {seed}: {dict(outcomes)}")
    print(f"slowest {times[-1]:.2f} s, median {times[len(times) // 2] * 1000:.0f} ms")
    print(f"open files {files} then {len(os.listdir('/proc/self/fd'))}; ", end="")
    print(f"memory {memory:.0f} then {_resident():.0f} MB")
    print(f"passed, unsigned bytes only (by document): {dict(apart)}")
    print(f"false accepts: {false or 'none'}")
    assert times[-1] < _SLOWEST_SECONDS
    return len(false)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    arguments = [int(a) for a in sys.argv[1:]] or [5000]
    sys.exit(run(arguments[0], arguments[1] if len(arguments) > 1 else 2026))
