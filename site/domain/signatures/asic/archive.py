"""Archive time stamps of a container: what each of them covers (EN 319 162-1, 4.4.3.4 and A.7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import cms

from communaute.domain.signatures.asic.container import Container
from communaute.domain.signatures.asic.manifest import Listed, Manifest, manifests
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.judging.timestamps import Token, check, imprint_of
from communaute.domain.signatures.xades.references import Standing


_MOST = 30


@dataclass(frozen=True)
class Archived:
    """A time stamp, and the files that its manifest holds as they are."""

    token: Token
    covered: frozenset[str]


async def archive_stamps(container: Container, policies: Policies) -> tuple[Archived, ...]:
    """Check the time stamps of archive manifests; one that cannot be read proves nothing.

    The stamp is over the manifest, which lists the other files: one that is missing, or is not
    what the manifest says, and nothing it lists is covered.
    """
    found = []
    for one in archive_manifests(container):
        token = await _token(container, one, policies)
        if token is not None:
            found.append(Archived(token, _covered(one.listed)))
    return tuple(found)


def archive_manifests(container: Container) -> tuple[Manifest, ...]:
    """List the manifests that a time stamp signs."""
    listed = (one for one in manifests(container) if one.signature.lower().endswith(".tst"))
    return tuple(listed)[:_MOST]


async def _token(container: Container, manifest: Manifest, policies: Policies) -> Token | None:
    try:
        signed = cms.ContentInfo.load(container.files[manifest.signature])["content"]
    except Exception:  # asn1crypto raises many kinds on hostile files
        return None
    imprint = imprint_of(container.files[manifest.name])
    return await check(signed, imprint, policies, "document")


def _covered(listed: Sequence[Listed]) -> frozenset[str]:
    if any(one.standing is not Standing.MATCHES or one.weak for one in listed):
        return frozenset()
    return frozenset(one.name for one in listed)
