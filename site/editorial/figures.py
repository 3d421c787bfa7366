"""Images: found beside the page, measured, described; alone in a paragraph, a figure."""

from markdown_it.token import Token

from communaute.editorial.draft import Draft, attribute, html
from communaute.editorial.plain import plain
from communaute.editorial.typography import typography


def write_images(draft: Draft, children: list[Token], at: int) -> None:
    """Resolve and check every image of an inline token that starts on line `at` (from 0)."""
    line = at
    for token in children:
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
        elif token.type == "image":
            _write_image(draft, token, line)


def _write_image(draft: Draft, token: Token, line: int) -> None:
    name, alt = str(token.attrs.get("src", "")), typography(plain(token.children))
    token.children = [Token("text", "", 0, content=alt)]
    if not alt:
        draft.fault(
            line, f"L’image {name} n’a pas de texte de remplacement : décrivez-la entre [ ]."
        )
    url = f"/media/{draft.kind}/{name}"
    media = draft.around.media.get(url)
    if media is None or not media.is_picture:
        draft.fault(line, f"L’image {name} manque : mettez le fichier à côté de la page.")
        return
    token.attrs.update({"src": url, "loading": "lazy", "class": "fr-responsive-img"})
    size = media.size()
    if size is not None:
        token.attrs.update({"width": size[0], "height": size[1]})


def write_figures(tokens: list[Token]) -> list[Token]:
    """Turn every paragraph that holds only an image into a figure with its caption."""
    done: list[Token] = []
    index = 0
    while index < len(tokens):
        if _is_figure(tokens, index):
            done += _figure(tokens[index + 1])
            index += 3
        else:
            done.append(tokens[index])
            index += 1
    return done


def _is_figure(tokens: list[Token], index: int) -> bool:
    if tokens[index].type != "paragraph_open" or tokens[index].hidden:
        return False
    children = tokens[index + 1].children or []
    return len(children) == 1 and children[0].type == "image"


def _figure(inline: Token) -> list[Token]:
    image = (inline.children or [])[0]
    caption = typography(str(image.attrs.pop("title", "")))
    label = f' role="group" aria-label="{attribute(caption)}"' if caption else ""
    below = f'<figcaption class="fr-content-media__caption">{attribute(caption)}</figcaption>\n'
    return [
        html(f'<figure class="fr-content-media"{label}>\n<div class="fr-content-media__img">'),
        inline,
        html(f"</div>\n{below if caption else ''}</figure>\n"),
    ]
