"""Images and data files beside the pages: their address, size and faults."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from communaute.editorial.faults import Fault
from communaute.french.folding import is_slug


PICTURES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})
SERVED = PICTURES | {".csv", ".pdf"}
MAX_SVG_BYTES = 12_000
_SVG = "{http://www.w3.org/2000/svg}"
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!#)[^)]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Media:
    """A file served beside the pages, at `/media/<kind>/<file>`."""

    path: Path
    url: str

    @property
    def is_picture(self) -> bool:
        """Say whether a page can show it as an image."""
        return self.path.suffix in PICTURES

    def size(self) -> tuple[int, int] | None:
        """Return width and height in pixels, None when the file does not say."""
        try:
            return svg_size(self.path) if self.path.suffix == ".svg" else _raster_size(self.path)
        except (OSError, ValueError, ElementTree.ParseError):
            return None


def _raster_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def svg_size(path: Path) -> tuple[int, int] | None:
    """Return the size of an SVG, from its viewBox or else its width and height."""
    root = _svg_root(path.read_bytes())
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", root.get("viewBox", ""))]
    if len(numbers) == 4:
        return round(numbers[2]), round(numbers[3])
    width, height = (re.match(r"[\d.]+", root.get(name, "")) for name in ("width", "height"))
    return (round(float(width[0])), round(float(height[0]))) if width and height else None


def _svg_root(raw: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("entities")
    return ElementTree.fromstring(raw)  # noqa: S314 (no entity can be declared: refused above)


def check_media(media: Media) -> Iterator[Fault]:
    """Find what keeps a file from being served: its name, and for an SVG its size and contents."""
    if not is_slug(media.path.stem):
        yield Fault(media.path, 1, _BAD_NAME)
    if media.path.suffix == ".svg":
        yield from _check_svg(media.path)
    elif media.is_picture and media.size() is None:
        yield Fault(media.path, 1, "L’image est illisible : enregistrez-la de nouveau.")


_BAD_NAME = (
    "Renommez le fichier : minuscules sans accent, chiffres et traits d’union (« ma-page-1.svg »)."
)


def _check_svg(path: Path) -> Iterator[Fault]:
    raw = path.read_bytes()
    if len(raw) > MAX_SVG_BYTES:
        message = f"Le dessin pèse {len(raw)} octets : allégez-le (au plus {MAX_SVG_BYTES})."
        yield Fault(path, 1, message)
    try:
        root = _svg_root(raw)
    except (ElementTree.ParseError, ValueError) as error:
        line = error.position[0] if isinstance(error, ElementTree.ParseError) else 1
        yield Fault(path, line, "Le SVG n’est pas du XML lisible (ni DOCTYPE ni entité).")
        return
    if svg_size(path) is None:
        yield Fault(path, 1, "Ajoutez un viewBox à la balise <svg> : la page en tire la taille.")
    for message in sorted(set(_svg_dangers(root))):
        yield Fault(path, 1, message)


def _svg_dangers(root: ElementTree.Element) -> Iterator[str]:
    for element in root.iter():
        name = str(element.tag).removeprefix(_SVG)
        if name in {"script", "foreignObject", "image"}:
            yield f"Retirez <{name}> du SVG : un dessin ne contient que des formes et du texte."
        if _OUTSIDE.search(element.text or ""):
            yield "Retirez du SVG toute adresse extérieure (url, @import)."
        for key, value in element.attrib.items():
            yield from _attribute_dangers(key.rpartition("}")[2], value)


def _attribute_dangers(name: str, value: str) -> Iterator[str]:
    if name == "style":
        yield "Remplacez l’attribut style du SVG par une classe ou des attributs (fill, stroke)."
    if name.startswith("on"):
        yield f"Retirez l’attribut {name} du SVG : un dessin ne contient pas de programme."
    if (name in {"href", "src"} and not value.startswith("#")) or _OUTSIDE.search(value):
        yield "Retirez du SVG toute adresse extérieure (url, @import)."
