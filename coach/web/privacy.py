"""/privacy: what is kept, where and for how long, as the running settings have it; the words are the template's."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template

from coach.settings import Settings

blueprint = Blueprint("privacy", __name__)

UNITS = (("day", 24 * 3600), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(frozen=True)
class Counting:
    """Where requests are counted, and for how long a count lasts; `store` is empty for this process's memory."""

    rates: tuple[str, ...]
    longest: str
    store: str


@blueprint.get("/privacy")
def page() -> str:
    """The page; a setting that keeps something else shows here without anybody's doing."""
    settings: Settings = current_app.extensions["settings"]
    return render_template("privacy.html", settings=settings, counting=counting(settings))


def counting(settings: Settings) -> Counting:
    """What the limits need to know of a client, by the settings."""
    rates = tuple(rate for rate in (settings.limit_client, settings.limit_all) if rate)
    units = {rate.rpartition(" ")[2] for rate in rates}
    # A count is looked at for one more window after its own.
    longest = next((f"two {unit}s" for unit, _ in UNITS if unit in units), "")
    return Counting(rates, longest, urlsplit(settings.limit_store).hostname or "")


@blueprint.app_template_filter("duration")
def duration(seconds: int) -> str:
    """So many seconds in the largest unit that counts them without a rest: '7 days', '90 minutes'."""
    unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}{'' if seconds == size else 's'}"
