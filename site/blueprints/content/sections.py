"""The kinds of content that have a section and pages of their own address."""

SECTIONS = (
    "guides",
    "questions",
    "bonnes-pratiques",
    "parcours",
    "statuts",
    "formations",
    "tarifs",
    "actualites",
    "temoignages",
    "newsletter",
)

# The part of a rule that only a section matches.
SECTION = f"/<any({', '.join(SECTIONS)}):kind>"
