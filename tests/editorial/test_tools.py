"""What a tool says of itself."""

import pytest

from tests.editorial.trees import TOOLS


def test_a_tool_takes_the_arguments_it_knows() -> None:
    assert TOOLS["tarifs"].accept({"categorie": "experts"}) == {"categorie": "experts"}


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("tarifs", {"ville": "Lyon"}, r"pas d’argument « ville » \(arguments : categorie\)"),
        ("verifier-siret", {"x": "1"}, r"\(arguments : aucun\)"),
        ("tarifs", {"categorie": "x"}, "« x » n’existe pas"),
    ],
)
def test_a_tool_refuses_the_others_in_french(
    name: str, arguments: dict[str, str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        TOOLS[name].accept(arguments)
