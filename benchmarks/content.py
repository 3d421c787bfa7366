"""How long 1,000 pages take to load: `python benchmarks/content.py [pages]`.

First pages like those of the site: its own content, copied until there are so many.
Then long generated ones (4 kB, the longest tenth of the site), each with four parts,
four tables, a procedure, a figure, glossary links, notes, a tool; one in ten has a chart.
Prints the median wall time of five loads in one process, and the processor's.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from communaute.editorial.checking import check
from communaute.editorial.loading import load
from communaute.web.tools import Tool


HEADER = """---
title: "Page {n} : changer d'adresse, d'espace ou de service"
summary: "Ce qu'il faut faire, dans l'ordre, et ce qui se passe ensuite."
publics: [fournisseur, entite-publique]
published: 2026-11-01
verified: 2026-11-20
keywords: [adresse, espace, service]
illustration: {{file: page-{n}.svg, alt: ""}}
sources:
  - label: "Un guide de l'an {n}"
    url: https://exemple.fr/{n}
see_also: [/guides/page-{other}]
---
"""
PART = """
## Partie {k} : que faire ?

Vous avez changé d'adresse ? Votre [[engagement juridique]] ne change pas ; le « numéro »
change. Voir [la page suivante](/guides/page-{other}#partie-1-que-faire) ou `le code {k}` :
c'est l'article R2192-27, à 50 %.[^{k}] Le **gestionnaire principal** choisit l'espace, puis
le service ; il attend 30 jours. Sans réponse, il écrit.

- Première chose à faire : ouvrir la fiche ;
- deuxième chose : vérifier les 14 chiffres du SIRET ;
- troisième chose : prévenir ses clients !

Tableau : Les délais de la partie {k}

| Étape | Délai | Qui |
|---|--:|---|
| Dépôt | 1 jour | Le fournisseur |
| Mandatement | 20 jours | L'entité publique |
| Paiement | 10 jours | Le comptable |

::: retenir
Le SIREN ne change jamais ; le NIC change avec l'adresse.
:::

[^{k}]: Note {k} : « une précision ».
"""
END = """
:::: demarche Les étapes
::: etape Ouvrir la fiche
Où
: Espace « Activités du gestionnaire »

Que faire
: Choisir l'icône crayon.

![L'écran montre le bouton.](page-{n}.svg "La fiche")
:::
::: etape Confirmer
Que faire
: Relire, puis valider.
:::
::::

::: outil verifier-siret
:::
"""
CHART = """
::: graphique fichier=page-{n}.csv type=barres titre="L'année" axe="Factures" unite="millions"
Les factures montent.
:::
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><path d="M0 0h9"/></svg>'
REAL = Path(__file__).parents[1] / "site" / "content"
TOOLS = {"verifier-siret": Tool("verifier-siret", "Vérifier un SIRET", "siret.check", "Vérifie.")}


def generate(root: Path, count: int) -> None:
    """Write a content folder of so many pages."""
    (root / "guides").mkdir()
    (root / "glossaire").mkdir()
    index = "---\ntitle: T\nsummary: S\norder: 1\n---\n"
    for kind in ("guides", "glossaire"):
        (root / kind / "_index.md").write_text(index)
    term = "---\ntitle: engagement juridique\nsummary: S\nverified: 2026-11-20\n---\nUn terme.\n"
    (root / "glossaire/engagement-juridique.md").write_text(term)
    for n in range(count):
        write_page(root / "guides", n, count)


def write_page(folder: Path, n: int, count: int) -> None:
    """Write one page and the files beside it."""
    names = {"n": n, "other": (n + 1) % count}
    text = HEADER.format(**names) + "".join(PART.format(k=k, **names) for k in range(1, 5))
    text += END.format(**names) + (CHART.format(**names) if n % 10 == 0 else "")
    (folder / f"page-{n}.md").write_text(text, encoding="utf-8")
    (folder / f"page-{n}.svg").write_text(SVG)
    if n % 10 == 0:
        (folder / f"page-{n}.csv").write_text("Année,Nombre\n2019,45.6\n2020,54.6\n2021,\n")


def copy_real(root: Path, count: int) -> None:
    """Copy the site's content, under new names each time, until there are so many pages."""
    pages = [path for path in sorted(REAL.rglob("*.md")) if path.stem != "_index"]
    for number in range(count):
        path = pages[number % len(pages)]
        turn = number // len(pages)
        folder = root / path.parent.name
        if not folder.exists():
            shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("*.md"))
        shutil.copyfile(path, folder / f"{path.stem}{f'-{turn}' if turn else ''}.md")


def report(root: Path, what: str) -> None:
    """Print the median times of five loads."""
    walls, processor = [], []
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        count = len(load(root, tools=TOOLS).pages)
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    size = sum(path.stat().st_size for path in root.rglob("*.md"))
    print(
        f"{count} {what}, {size / count / 1000:.1f} ko chacune : "
        f"{statistics.median(walls):.2f} s (processeur {statistics.median(processor):.2f} s)"
    )


def main() -> None:
    """Generate, load, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        copy_real(Path(folder), count)
        report(Path(folder), "pages comme celles du site")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        generate(root, count)
        content = load(root, tools=TOOLS)
        assert not check(content), check(content)[:3]
        report(root, "pages longues")
        start = time.perf_counter()
        content.stale()
        print(f"regarder si un fichier a changé : {(time.perf_counter() - start) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
