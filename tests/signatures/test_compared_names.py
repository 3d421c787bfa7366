"""Names are prepared once, and compared as asn1crypto does."""

from collections.abc import Callable

from asn1crypto import x509
from hypothesis import example, given
from hypothesis import strategies as st

from communaute.domain.signatures import patches


PARTS = st.lists(
    st.tuples(
        st.sampled_from(["common_name", "organization_name", "country_name", "2.5.4.97"]),
        st.text(min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=4,
)


def name_of(parts: list[tuple[str, str]]) -> x509.Name:
    """A name as it comes from a file: from its encoding, not from its parts."""
    values = [
        x509.RelativeDistinguishedName([x509.NameTypeAndValue({"type": kind, "value": written})])
        for kind, text in parts
        for written in [x509.DirectoryString("utf8_string", x509.UTF8String(text))]
    ]
    return x509.Name.load(x509.Name("", x509.RDNSequence(values)).dump())


def answer(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (ValueError, IndexError) as error:
        return f"refused: {error}"


@given(PARTS)
@example([("common_name", "Société  Ünie ")])
@example([("common_name", "\u05d0a")])
@example([("common_name", "\ue000")])
@example([("common_name", "\u00ad")])
def test_a_name_is_looked_up_under_what_asn1crypto_says(parts: list[tuple[str, str]]) -> None:
    expected = answer(lambda: patches.original_hashable(name_of(parts)))
    assert answer(lambda: patches.hashable(name_of(parts))) == expected
    assert answer(lambda: patches.hashable(name_of(parts))) == expected


@given(st.text(max_size=20))
def test_a_text_is_prepared_as_asn1crypto_does(text: str) -> None:
    expected = answer(lambda: patches.original_prepared(None, text))
    assert answer(lambda: patches.prepared(text)) == expected
    assert answer(lambda: patches.prepared(text)) == expected


def test_a_name_that_changes_is_looked_up_under_what_it_becomes() -> None:
    name = name_of([("common_name", "Avant")])
    before = patches.hashable(name)
    name.chosen.append(
        x509.RelativeDistinguishedName(
            [
                x509.NameTypeAndValue(
                    {
                        "type": "country_name",
                        "value": x509.DirectoryString("utf8_string", x509.UTF8String("FR")),
                    }
                )
            ]
        )
    )
    after = patches.hashable(name)
    assert before != after == patches.original_hashable(name)
