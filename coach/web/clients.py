"""Who is asking, and under which name: what may be believed of a request's address and headers."""

import hashlib
import hmac
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from coach.settings import Settings

# What probes ask for by an address of the machine rather than by its name.
PROBES = ("api.healthz", "api.readyz", "metrics.metrics")
MAINTAINER = "maintainer"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
# The part of an IPv6 address that one household or office has to itself.
IPV6_NETWORK = 64


def install(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings say, and refuse names that are not ours."""
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)

    @app.before_request
    def check_host() -> None:
        if settings.hosts and request.endpoint not in PROBES and not host_is_trusted(request.host, settings.hosts):
            raise BadRequest("This chat does not go by that name. Its operator can add the name to COACH_HOSTS.")


def client_key(secret: str) -> Callable[[], str]:
    """Names the client of a request without its address: a keyed hash, which only this chat can make."""

    def key() -> str:
        return hmac.new(secret.encode(), _network().encode(), hashlib.sha256).hexdigest()[:32]

    return key


def require_maintainer(settings: Settings) -> None:
    """Refuse a request that is not a maintainer's: by password, by the operator's proxy, or from this machine."""
    if settings.maintainer_header and request.headers.get(settings.maintainer_header):
        return
    if settings.maintainer_password:
        _check_password(settings.maintainer_password)
    elif settings.maintainer_header or settings.hosts or not _is_local():
        raise Forbidden("This is for maintainers. The operator can set COACH_MAINTAINER_PASSWORD.")


def _check_password(password: str) -> None:
    given = request.authorization
    right = given and given.type == "basic" and given.username == MAINTAINER
    # Compared in constant time, whatever was sent.
    same = hmac.compare_digest(((given and given.password) or "").encode("utf-8", "replace"), password.encode())
    if not (right and same):
        told = "This is for maintainers: give the user name and the password."
        raise Unauthorized(told, www_authenticate=WWWAuthenticate("basic", {"realm": "maintainers"}))


def _is_local() -> bool:
    """Asked for from this machine, by its own name: no proxy between, and no stranger's name that leads here."""
    forwarded = any(name.startswith(("X-Forwarded", "Forwarded", "X-Real")) for name, _ in request.headers)
    host = urlsplit(f"//{request.host}").hostname
    return not forwarded and host in LOCAL_HOSTS and ip_address(request.remote_addr or "::").is_loopback


def _network() -> str:
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ip_network((address, IPV6_NETWORK), strict=False))
