"""What a verb raises when a rule refuses: the base of every domain error."""

from collections.abc import Mapping
from types import MappingProxyType


class DomainError(Exception):
    """A rule refused. `str(error)` is the French sentence to show: what is wrong, what to do.

    It is typed plainly; whoever shows it sets its typography. `faults` says it field by field,
    for a refusal that is about some of them: `WrongDate("…", field="date")`.
    """

    faults: Mapping[str, str] = MappingProxyType({})

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        super().__init__(sentence)
        if field:
            self.faults = {field: sentence}


class OutOfReach(DomainError):
    """What was asked for is not there, or not for this person: no other answer would mend it.

    A form shows other refusals beside its fields; this one goes through to the 404 or the 403.
    """


class FilledTrap(DomainError):
    """The field that people do not see was filled: a robot, or a browser too eager."""

    def __init__(self) -> None:
        super().__init__(
            "Un champ qui doit rester vide a été rempli, sans doute par votre navigateur. "
            "Videz-le, puis envoyez de nouveau."
        )
