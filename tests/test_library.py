"""The library: every page of the knowledge base at an address that stays, and what an old link is told."""

import html
import re

import pytest
from support import edit


def link(client, passage):
    """The address by which an answer links to a passage."""
    text = client.post("/", data={"message": "how do I sponsor someone"}).text
    return next(html.unescape(url) for url in re.findall(r'href="(/library/[^"]+)"', text) if url.endswith(passage))


def test_the_library_lists_every_page_by_group_but_small_talk(client, app):
    text = client.get("/library").text
    pages = app.extensions["live_coach"].current().coach.knowledge.pages
    listed = re.findall(r'href="/library/([a-z-]+)"', text)
    assert sorted(listed) == sorted(pages.keys() - {"greeting", "too-vague"})
    assert text.index(">Roles</h2>") < text.index(">Mentor</a>") < text.index(">Situations</h2>")


def test_a_page_shows_its_sections_its_sources_and_the_day_of_its_review(client):
    text = html.unescape(client.get("/library/sponsor").text)
    assert '<section class="block how-to" id="how-to">' in text
    assert "Last checked on" in text
    assert '<time datetime="2026-11-01">1 November 2026</time>. 3 sources.' in text
    assert '<a class="cite" href="#page-s1" aria-label="Source 1" data-facts="f1">1</a>' in text
    assert '<li id="page-s1" tabindex="-1">' in text
    assert "https://example.org/alpha" in text


def test_a_page_that_points_to_people_shows_them(client):
    text = client.get("/library/crisis").text
    assert text.index("Please reach out") < text.index('href="tel:5550100"') < text.index('id="page-s1"')


def test_an_answer_links_to_the_exact_passage(client):
    address = link(client, "#how-to")
    assert re.fullmatch(r"/library/sponsor\?was=how-to\.[0-9a-f]{8}#how-to", address)
    assert 'class="changed" role="note">' not in client.get(address).text


def test_an_old_link_is_told_that_its_section_was_edited(client, settings, publish):
    address = link(client, "#how-to")
    edit(settings.knowledge, "roles/sponsor.md", "Name the person whose idea it was.", "Name whose idea it was.")
    publish()
    text = client.get(address).text
    assert "<b>This section has been edited</b>" in text
    assert "Name whose idea it was." in text


def test_an_old_link_is_told_that_its_section_is_gone(client, settings, publish):
    address = link(client, "#definition")
    sponsor = settings.knowledge / "roles" / "sponsor.md"
    sponsor.write_text(
        sponsor.read_text().replace("{#definition}", "{#meaning .definition}").replace("  definition:", "  meaning:")
    )
    opens = settings.knowledge / "tools" / "next-step.yaml"
    opens.write_text(opens.read_text().replace("sponsor#definition", "sponsor#meaning"))
    publish()
    text = client.get(address).text
    assert "The section this link was made for is gone." in text
    assert "“definition”" in text
    assert 'id="gone"' not in text
    assert 'id="meaning"' in text


def test_a_heading_is_a_link_that_will_be_told_of_a_change(client):
    text = client.get("/library/sponsor").text
    assert f'<h2><a href="{link(client, "#how-to")}">' in text


def test_without_javascript_a_reader_is_told_why_a_section_may_be_missing(client):
    text = client.get("/library/sponsor").text
    assert "<noscript>" in text
    assert "it is no longer on this page" in text.split("<noscript>")[1].split("</noscript>")[0]


def test_a_page_repeats_nothing_of_an_address_but_an_id(client):
    assert "“gone-for-good”" in client.get("/library/sponsor?was=gone-for-good.1").text
    for was in ("Call me on 555.1", "YOU-ARE-FIRED.1", "x" * 61 + ".1"):
        assert was.split(".")[0] not in client.get("/library/sponsor", query_string={"was": was}).text


@pytest.mark.parametrize("was", ["x", ".", "how-to.", ".12345678", "how-to"])
def test_a_strange_link_is_told_nothing_and_does_no_harm(client, was):
    response = client.get(f"/library/sponsor?was={was}")
    assert response.status_code == 200
    assert 'class="changed" role="note">' not in response.text


def test_what_a_link_claims_is_never_markup(client):
    assert "<script>alert" not in client.get("/library/sponsor?was=<script>alert(1)</script>.1").text


def test_a_page_that_is_gone_is_told_to_a_person(client):
    response = client.get("/library/no-such-page")
    assert response.status_code == 404
    assert "may have been renamed" in response.text


def test_a_page_is_kept_by_browsers_until_its_words_change(client, settings, publish):
    first = client.get("/library/sponsor")
    assert first.headers["Cache-Control"] == "no-cache"
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/library/sponsor", headers=again).status_code == 304
    edit(settings.knowledge, "roles/sponsor.md", "I will back him.", "I back him.")
    publish()
    assert client.get("/library/sponsor", headers=again).status_code == 200


def test_without_an_index_the_library_says_so(client, settings):
    (settings.index_folder / "current").unlink()
    response = client.get("/library", headers={"Accept": "text/html"})
    assert response.status_code == 503
    assert "no index has been built yet" in response.text
