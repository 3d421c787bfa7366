"""What each host keeps in its own folder: private to it, made at the first start."""

import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path


def host_name(instance: Path) -> str:
    """What tells this host from the others that share its database.

    Not the machine's name: two containers may have the same. Kept in the instance folder, which is
    each host's own.
    """
    return once(instance / "host_name", lambda: f"{socket.gethostname()}-{secrets.token_hex(8)}")


def development_key(instance: Path) -> str:
    """A secret key kept in the instance folder, made at the first start."""
    return once(instance / "secret_key", lambda: secrets.token_hex(32))


def once(path: Path, make: Callable[[], str]) -> str:
    """The text of a file, made the first time: processes that start together agree on one."""
    if not path.exists():
        make_private(path.parent)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def make_private(instance: Path) -> None:
    """Make the instance folder, which nobody else on the machine may look into."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if instance.stat().st_uid == os.geteuid():
        instance.chmod(0o700)
