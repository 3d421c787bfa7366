"""Security headers, and the guard of anonymous forms."""

from http import HTTPStatus
from urllib.parse import urlsplit

from blinker import Signal
from flask import Flask, Request, Response, abort, current_app, request


# img-src data: DSFR's CSS holds 55 small images as data URIs.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
YEAR_SECONDS = 31_536_000
# Sent when a request forged by another site is refused.
forged_request = Signal()


def init_app(app: Flask) -> None:
    """Send the headers with every answer."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Set what the answer has not set itself; pages of accounts are nobody else's: no cache keeps them."""
    headers = response.headers
    if request.path.startswith(("/compte", "/gestion")):
        headers["Cache-Control"] = "no-store"
    for name, value in HEADERS.items():
        if name not in headers:
            headers.add_header(name, value)
    if request.is_secure:
        response.headers.setdefault(*transport_security())
    return response


def cookie_name(name: str, *, whole_site: bool = True) -> str:
    """A cookie's name, with the prefix that binds it to TLS where there is TLS.

    A cookie of the whole site is bound to this host too: no sibling host of the same domain writes one.
    """
    if not current_app.config["SESSION_COOKIE_SECURE"]:
        return name
    return f"{'__Host-' if whole_site else '__Secure-'}{name}"


def set_cookie(
    response: Response, name: str, value: str, *, seconds: int, path: str = "/"
) -> Response:
    """Give the browser a cookie that no script reads; scripts of other sites do not send it."""
    response.set_cookie(
        cookie_name(name, whole_site=path == "/"),
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def transport_security() -> tuple[str, str]:
    """The header that keeps browsers on TLS, for answers that came over it."""
    return "Strict-Transport-Security", f"max-age={YEAR_SECONDS}"


def is_cross_site(incoming: Request) -> bool:
    """Whether a browser says, by either header, that another site made this request.

    Both headers absent means no browser: nobody's cookies are at stake, so it is let in.
    """
    fetch_site = incoming.headers.get("Sec-Fetch-Site")
    # Any other value is another origin, a sibling host of the same domain included.
    if fetch_site not in (None, "same-origin", "none"):
        return True
    origin = incoming.headers.get("Origin")
    if origin is None or (origin == "null" and fetch_site):
        return False
    # Behind a proxy that does not pass the host on, the public address is known from the settings.
    ours = {incoming.host, current_app.config.get("PUBLIC_HOST")}
    try:
        return urlsplit(origin).netloc not in ours
    except ValueError:  # no browser writes such an origin
        return True


def is_one_click() -> bool:
    """Whether a mail program asks to leave, from its own servers: its reader pressed « se désabonner » (RFC 8058)."""
    return request.form.get("List-Unsubscribe") == "One-Click"


def refuse_cross_site() -> None:
    """Abort with 403 when another site made this request. For forms without an account."""
    if is_cross_site(request):
        forged_request.send()
        abort(HTTPStatus.FORBIDDEN)
