"""Headers that every response carries."""

from collections.abc import Callable

from flask import Response, request

from coach.settings import Settings

# No inline script or style anywhere, so that markup which slipped through could still do nothing.
# The one picture is the mark, which the page itself holds.
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)
# What a chat has no use for; a frame inside it could not have it either.
SWITCHED_OFF = ("browsing-topics", "camera", "display-capture", "geolocation", "microphone", "payment", "usb")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in SWITCHED_OFF),
}
# A year: browsers then come by TLS only.
STRICT_TRANSPORT = "max-age=31536000"


def header_setter(settings: Settings) -> Callable[[Response], Response]:
    """Gives each response the security headers; what belongs to a conversation is never stored on the way."""
    framers = " ".join(settings.embed_origins) or "'none'"
    headers = HEADERS | {
        "Content-Security-Policy": "; ".join([*POLICY, f"frame-ancestors {framers}"]),
        "Cache-Control": "no-store",
    }

    def set_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        return response

    return set_headers
