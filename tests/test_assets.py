"""Static files: names that change with the content, kept for ever, compressed; the weight of the first page."""

import gzip
import re

import pytest
from support import TODAY

from coach.choices import Role
from coach.content.knowledge import read_knowledge
from coach.settings import Settings
from coach.web import pages

HEAVIEST_PAGE = 40 * 1024
GZIP = {"Accept-Encoding": "gzip"}


def assets(client):
    """The addresses of everything that the first page makes a browser fetch."""
    text = client.get("/").text
    fetched = re.findall(r'<(?:link|script|img|iframe)\b[^>]*?\b(?:href|src)="([^"]+)"', text)
    return [address for address in fetched if not address.startswith("data:")]


def test_the_first_page_makes_two_requests_besides_and_weighs_less_than_40_kb(client):
    addresses = assets(client)
    assert len(addresses) == 2
    weight = 0
    for address in ["/", *addresses]:
        response = client.get(address, headers=GZIP)
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.data)
        weight += len(response.data)
    assert weight < HEAVIEST_PAGE


def test_a_static_file_has_its_digest_in_its_name_and_is_kept_for_ever(client):
    for address in assets(client):
        assert re.fullmatch(r"/static/coach\.[0-9a-f]{12}\.(css|js)", address)
        assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_page_from_before_an_upgrade_gets_todays_file_which_nobody_keeps(client):
    response = client.get("/static/coach.000000000000.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static/coach.css", "/static/x.000000000000.css", "/static/../app.000000000000.py"])
def test_there_are_no_other_static_files(client, path):
    assert client.get(path).status_code == 404


def test_the_real_first_page_offers_roles_and_moments_and_is_light_too(client, monkeypatch):
    """With the openings of the real knowledge base, of which the small one has two."""
    real = read_knowledge(Settings().knowledge, today=TODAY)
    offered = pages.openings(real)
    monkeypatch.setattr(pages, "openings", lambda _: offered)
    assert client.get("/").text.count('name="suggestion"') == len(real.small_words.starters)
    assert [opening.page.group for opening in offered].count("situations") == 6
    assert set(Role) <= {opening.page.id for opening in offered}
    assert sum(len(client.get(address, headers=GZIP).data) for address in ["/", *assets(client)]) < HEAVIEST_PAGE
