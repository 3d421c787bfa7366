"""An approved testimonial as the Markdown file that the site's content is made of."""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from communaute.domain.testimonials.words import CHANNELS, QUESTIONS, shown_name
from communaute.french.folding import slugify
from communaute.models.testimonials import Testimonial


# What Markdown or the directives of content would take for their own.
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~:!&{}])")
AT_LINE_START = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=])", re.MULTILINE)
OWN_FILE = re.compile(r"^submission: \"(?P<reference>[^\"]+)\"$", re.MULTILINE)


def plain(text: str) -> str:
    """The author's words as Markdown that says exactly them."""
    escaped = SPECIAL.sub(r"\\\1", text)
    return AT_LINE_START.sub(
        lambda m: f"{m[1]}{m[2]}\\{m[3]}" if m[2] else f"{m[4]}\\{m[5]}", escaped
    ).replace("\n", "\n\n")


def slug_of(testimonial: Testimonial) -> str:
    """The name of its file: the signature or the trade, and a number."""
    said = testimonial.published["said"]
    named = said["metier"] if said["signature"] == "anonyme" else shown_name(said)
    return f"{slugify(named)[:50].strip('-')}-{testimonial.id}"


def page_of(testimonial: Testimonial) -> str:
    """The whole file."""
    published = testimonial.published
    return f"---\n{_front(testimonial, published)}---\n\n{_body(published)}"


def _front(testimonial: Testimonial, published: Mapping[str, Any]) -> str:
    said = published["said"]
    name, role = shown_name(said), said["metier"]
    title = f"{name}, {role}" if said["signature"] != "anonyme" else role[:1].upper() + role[1:]
    first = next(said[key] for key in QUESTIONS if said[key])
    summary = first.split("\n")[0]
    fields = {
        "title": title,
        "summary": summary if len(summary) <= 160 else f"{summary[:157].rsplit(' ', 1)[0]}…",
        "publics": [said["public"]] if said["public"] else ["fournisseur"],
        "published": testimonial.published_on,
        "verified": testimonial.true_on,
        "witness": {"name": name, "role": role},
        "submission": testimonial.reference,
        "facts": _facts(said),
        "see_also": published["guides"],
    }
    return "".join(f"{key}: {_yaml(value)}\n" for key, value in fields.items() if value)


def _facts(said: Mapping[str, str]) -> dict[str, str]:
    """What is known of the author's use, for the table of facts."""
    channel = CHANNELS.get(said["voie"], "")
    return {name: value for name, value in (("Voie", channel), ("Depuis", said["depuis"])) if value}


def _yaml(value: object) -> str:
    # JSON is YAML: strings are quoted and escaped by it.
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def _body(published: Mapping[str, Any]) -> str:
    said = published["said"]
    parts = ["Ces mots sont ceux de leur auteur. Nous les publions tels quels."]
    for name, (_question, title) in QUESTIONS.items():
        if said[name]:
            parts += [f"## {title}", plain(said[name])]
    if published["answer"]:
        parts += ["## La réponse de l'équipe du site", plain(published["answer"])]
    return "\n\n".join(parts) + "\n"


def write(folder: Path, testimonials: list[Testimonial]) -> dict[str, int]:
    """Write a file for each and remove those of testimonials that are not there any more.

    Files that no export wrote are left alone. Answers a count of each outcome; safe to run twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{slug_of(one)}.md": page_of(one) for one in testimonials}
    counts = {"written": 0, "unchanged": 0, "removed": 0}
    for file in sorted(folder.glob("*.md")):
        if file.name not in wanted and OWN_FILE.search(file.read_text("utf-8")):
            file.unlink()
            counts["removed"] += 1
    for name, text in wanted.items():
        file = folder / name
        same = file.exists() and file.read_text("utf-8") == text
        counts["unchanged" if same else "written"] += 1
        if not same:
            file.write_text(text, "utf-8")
    return counts
