"""The same ten articles by this site, by a CMS and by nginx alone, in one run: requests a second.

    .venv/bin/python -m benchmarks.peers --install              # Wagtail in a folder of its own, by pip
    .venv/bin/python -m benchmarks.peers --peer wordpress=http://127.0.0.1:8080/?p=1

Articles are those of the first guides, as they are on the page. Wagtail serves them from its own model by gunicorn,
two processes of eight threads, without a cache, as it comes; nginx serves the bytes. `--peer` names a server that
already runs, with one page of the same size: WordPress, which needs PHP and MariaDB, is measured so. What is missing
is said aloud.
"""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving import ROUNDS, Served, ask, free_port, measure, running, site, static


ARTICLES = 10
SOON = 1
SETTINGS = """
from pathlib import Path
BASE_DIR = Path(__file__).parent
SECRET_KEY = "benchmark"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
WSGI_APPLICATION = "wsgi.application"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "site.sqlite"}}
INSTALLED_APPS = ["articles", "wagtail.sites", "wagtail.users", "wagtail.images", "wagtail.documents",
    "wagtail.admin", "wagtail.search", "wagtail", "modelcluster", "taggit", "django.contrib.auth",
    "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}]
STATIC_URL, USE_TZ, DEFAULT_AUTO_FIELD = "/static/", True, "django.db.models.BigAutoField"
WAGTAIL_SITE_NAME, WAGTAILADMIN_BASE_URL = "Essai", "http://127.0.0.1"
"""
FILES = {
    "settings.py": SETTINGS,
    "urls.py": "from django.urls import include, path\nfrom wagtail import urls\n"
    "urlpatterns = [path('', include(urls))]\n",
    "wsgi.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
    "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    "articles/__init__.py": "",
    "articles/models.py": "from django.db import models\nfrom wagtail.models import Page\n\n\n"
    "class Article(Page):\n    body = models.TextField()\n    template = 'article.html'\n",
    "articles/templates/article.html": "<!doctype html><html lang='fr'><head><meta charset='utf-8'>"
    "<title>{{ page.title }}</title></head><body><main><h1>{{ page.title }}</h1>{{ page.body|safe }}</main>"
    "</body></html>\n",
    "fill.py": """
import os, sys
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", "articles", verbosity=0)
call_command("migrate", verbosity=0)
from wagtail.models import Page, Site
from articles.models import Article
home = Site.objects.get(is_default_site=True).root_page
for path in sorted(Path(sys.argv[1]).glob("*.html")):
    home.add_child(instance=Article(title=path.stem, slug=path.stem, body=path.read_text()))
""",
}
MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.S)


def articles(ours: Served) -> dict[str, str]:
    """The address and the inside of each of the first guides."""
    section = ask(ours.address + "/guides/", encoding="").decode()
    found = list(dict.fromkeys(re.findall(r'href="(/guides/[a-z0-9-]+)"', section)))[:ARTICLES]
    inside = {}
    for path in found:
        page = MAIN.search(ask(ours.address + path, encoding="").decode())
        inside[path] = page[1] if page else ""
    return inside


@contextlib.contextmanager
def wagtail(texts: dict[str, str], python: Path) -> Iterator[list[str]]:
    """The addresses of the articles by Wagtail, which runs with this Python."""
    with tempfile.TemporaryDirectory(prefix="wagtail-") as made:
        folder = Path(made)
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        (folder / "texts").mkdir()
        for path, text in texts.items():
            (folder / "texts" / f"{path.rpartition('/')[2]}.html").write_text(text)
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        subprocess.run([python, "fill.py", "texts"], cwd=folder, env=env, check=True)
        port = free_port()
        command = [str(python), "-m", "gunicorn", "wsgi:application", "--chdir", made, "--bind", f"127.0.0.1:{port}",
                   "--workers", "2", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]  # fmt: skip
        first = f"/{next(iter(texts)).rpartition('/')[2]}/"
        with running(command, port, first, PYTHONPATH=made) as served:
            yield [f"{served.address}/{path.rpartition('/')[2]}/" for path in texts]


def wagtail_python(asked: argparse.Namespace, stack: contextlib.ExitStack) -> Path | None:
    """A Python that has Wagtail: the one given, or one made now if asked; None says it is skipped."""
    if asked.wagtail:
        return Path(asked.wagtail)
    if not asked.install:
        print("Wagtail: skipped, say --install, or --wagtail PYTHON for one that is installed")
        return None
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wagtail-venv-"))
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = Path(folder, "bin", "python")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "wagtail", "gunicorn"], check=False
    )
    if done.returncode:
        print("Wagtail: skipped, pip could not install it")
        return None
    return python


def rate_of(urls: list[str]) -> float:
    """Requests a second, the mean over the articles; processor aside."""
    found = [measure(Served(url, os.getpid()), url, SOON)[0] for url in urls]
    return statistics.mean(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--install", action="store_true", help="install Wagtail in a folder that goes away"
    )
    parser.add_argument("--wagtail", help="a Python that has wagtail and gunicorn")
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=URL", help="a server that runs"
    )
    asked = parser.parse_args()
    for program in ("wrk", "nginx"):
        if shutil.which(program) is None:
            sys.exit(f"skipped: {program} is not installed")
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(site())
        texts = articles(ours)
        targets = {"ours, alone": [ours.address + path for path in texts]}
        bodies = [ask(ours.address + path) for path in texts]
        targets["nginx, static"] = [stack.enter_context(static(body)).address for body in bodies]
        if python := wagtail_python(asked, stack):
            targets["Wagtail"] = stack.enter_context(wagtail(texts, python))
        named = dict(one.split("=", 1) for one in asked.peer)
        if "wordpress" not in named:
            print(
                "WordPress: skipped, say --peer wordpress=URL of one that runs with the same article"
            )
        targets |= {name: [url] for name, url in named.items()}
        compare(targets)


def compare(targets: dict[str, list[str]]) -> None:
    """Each in turn, several times; the ratio is of the same round."""
    rows: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, urls in targets.items():
            rows[name].append(rate_of(urls))
    print(
        f"{ARTICLES} articles, {ROUNDS} rounds, medians of requests a second; ours against each in the same round"
    )
    for name, rates in rows.items():
        ratio = statistics.median(a / b for a, b in zip(rows["ours, alone"], rates, strict=True))
        print(f"{name:16} {statistics.median(rates):8.0f} /s   ours: {ratio:.1f} times")


if __name__ == "__main__":
    main()
