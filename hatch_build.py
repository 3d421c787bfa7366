"""What hatchling asks before it builds: an archive without its style sheets and scripts is refused."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


MANIFEST = "site/static/vendor/MANIFEST.json"


class NothingMissing(BuildHookInterface[Any]):
    """Refuse a wheel whose pages would have no style."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raise FileNotFoundError without static/vendor; an editable install needs none yet."""
        if version != "editable" and not Path(self.root, MANIFEST).exists():
            raise FileNotFoundError(
                f"{MANIFEST} is missing: run `make assets` first, or pages have no style."
            )
