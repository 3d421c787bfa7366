"""What a tool says of itself, so that pages can embed it and search can name it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from communaute.french.typography import typeset


ArgumentCheck = Callable[[str], str]
"""From what an author typed to the value to send; raises ValueError with a French sentence."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that has an address of its own and that a page may embed by its name.

    `name` is what authors type after `::: outil`; `endpoint` the Flask endpoint of its
    page; `summary` one sentence; `needs` what to have at hand (« votre SIRET »), empty
    when nothing is needed. `arguments` gives each accepted argument its check. A tool
    that is not `public` can be reached but is neither listed nor searched.
    """

    name: str
    title: str
    endpoint: str
    summary: str
    needs: str = ""
    arguments: Mapping[str, ArgumentCheck] = field(default_factory=dict)
    public: bool = True

    def __post_init__(self) -> None:
        """What pages say of the tool is set here, once."""
        for name in ("title", "summary", "needs"):
            object.__setattr__(self, name, typeset(getattr(self, name)))

    def accept(self, arguments: Mapping[str, str]) -> dict[str, str]:
        """Return the arguments as the tool wants them.

        Raises ValueError, with a French sentence, on an unknown argument or a refused value.
        """
        return {name: self._check(name)(value) for name, value in arguments.items()}

    def _check(self, name: str) -> ArgumentCheck:
        if name in self.arguments:
            return self.arguments[name]
        known = ", ".join(sorted(self.arguments)) or "aucun"
        raise ValueError(
            f"L’outil « {self.name} » n’a pas d’argument « {name} » (arguments : {known})."
        )
