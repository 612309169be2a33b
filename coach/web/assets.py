"""The stylesheet and the script under names that change with their content, so that browsers may keep them."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, url_for

blueprint = Blueprint("assets", __name__)

FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One static file as it was when the process started, and the start of its SHA-256."""

    data: bytes
    mimetype: str
    digest: str


def read_assets(folder: Path) -> dict[str, Asset]:
    """Every file in `folder` by its name; held in memory, so that a name and its content cannot drift apart."""
    return {path.name: _read(path) for path in sorted(folder.iterdir())}


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(data, mimetype, hashlib.sha256(data).hexdigest()[:12])


@blueprint.app_template_global("asset_url")
def asset_url(name: str) -> str:
    """The address of a static file, with the digest of its content in it."""
    stem, _, suffix = name.rpartition(".")
    digest = current_app.extensions["assets"][name].digest
    return url_for("assets.asset", stem=stem, digest=digest, suffix=suffix)


@blueprint.get("/static/<stem>.<digest>.<suffix>")
def asset(stem: str, digest: str, suffix: str) -> Response:
    """A static file; a page that was loaded before an upgrade gets the file of today, which nobody may keep."""
    found = current_app.extensions["assets"].get(f"{stem}.{suffix}")
    if not found:
        abort(404)
    response = current_app.response_class(found.data, mimetype=found.mimetype)
    response.headers["Cache-Control"] = FOR_EVER if digest == found.digest else "no-cache"
    response.set_etag(found.digest)
    return response.make_conditional(request)
