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
SECTION = "/<any({}):kind>".format(", ".join(f'"{name}"' for name in SECTIONS))
