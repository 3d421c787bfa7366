"""A person's devices: which one is known to an account, and what a browser is called."""

import secrets
from itertools import islice

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from communaute.domain.accounts import lockout
from communaute.web.security import cookie_name, set_cookie


COOKIE = "appareil"
YEAR_SECONDS = 365 * 86_400
# How many may share a computer and each be known on it.
PEOPLE = 8


def known(address: str) -> str:
    """The device's own mark, if it has entered the account of an address within a year; or empty."""
    return marks().get(digest(address), "")


def marks() -> dict[str, str]:
    """The device's marks, by the account that has given each, the last first."""
    kept = request.cookies.get(cookie_name(COOKIE, whole_site=False), "")
    try:
        found = serializer().loads(kept, max_age=YEAR_SECONDS)
    except BadSignature:
        return {}
    # Until December 2026 one mark and its account.
    return found if isinstance(found, dict) else {found[1]: found[0]}


def remember(response: Response, address: str) -> Response:
    """Give the device a mark. It opens nothing: it only keeps it from being taken for a stranger."""
    mark = {digest(address): known(address) or secrets.token_hex(8)}
    kept = dict(islice((mark | marks()).items(), PEOPLE))
    value = str(serializer().dumps(kept))
    return set_cookie(response, COOKIE, value, seconds=YEAR_SECONDS, path="/compte/")


def digest(address: str) -> str:
    """The account, told to nobody."""
    return lockout.digest(str(current_app.secret_key), address.casefold())[:16]


def serializer() -> URLSafeTimedSerializer:
    """Signs the mark."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known-device")


# A browser in words, for the list of one's devices: what it calls itself, which anybody may forge.

# In this order: each says the names of those after it too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def named(agent: str) -> str:
    """`Firefox sur Windows`; what is not known is left out, all of it is « Navigateur inconnu »."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "Navigateur inconnu")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} sur {system}" if system else browser
