"""Do the addresses in the sources and contacts still answer? Asked over the network, and only when told to."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from coach.types import Knowledge

SECONDS = 15
AT_A_TIME = 8
# Some sites turn away whatever does not name itself as a browser; that says nothing about the link.
AGENT = "Mozilla/5.0 (compatible; Allyship Coach link check)"
TURNED_AWAY = {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.METHOD_NOT_ALLOWED}


def addresses(knowledge: Knowledge) -> dict[str, str]:
    """Every address with the file in which it stands."""
    found = {source.url: f"knowledge/sources/{source.id}.yaml" for source in knowledge.sources.values() if source.url}
    return found | {contact.url: "knowledge/contacts.yaml" for contact in knowledge.contacts if contact.url}


def silent(places: dict[str, str], answer: Callable[[str], str] | None = None) -> Iterator[str]:
    """A line for each address that does not answer, with why."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for (url, place), trouble in zip(places.items(), pool.map(answer or trouble_of, places), strict=True):
            if trouble:
                yield f"{place}: {url} does not answer ({trouble}); look for its new place, or leave `URL` out"


def trouble_of(url: str) -> str:
    """Why an address does not answer; empty when it does."""
    try:
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})
        with urllib.request.urlopen(request, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in TURNED_AWAY else f"HTTP {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
