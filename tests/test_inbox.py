"""What is sent to the editors: exactly the text of the form and the week, kept in a database, and nothing else."""

import html
import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import create_engine
from support import WordEncoder

from app import create_app
from coach import inbox
from coach.errors import MessageRefused, SettingError
from coach.inbox import LONGEST_TEXT, Inbox


def kept(settings):
    """Every row of the inbox, column by column."""
    with sqlite3.connect(settings.var / "inbox.sqlite") as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("select * from sent")]


def test_exactly_the_text_and_the_week_are_kept(client, settings):
    response = client.post("/editors", data={"text": "What about\r\n<b>guests</b>?", "state": "", "name": "Ada"})
    assert response.status_code == 200
    assert "What about\n&lt;b&gt;guests&lt;/b&gt;?" in response.text
    year, week, _ = date.today().isocalendar()
    (row,) = kept(settings)
    assert row.keys() == {"id", "week", "text"}
    assert (row["week"], row["text"]) == (f"{year}-W{week:02}", "What about\n<b>guests</b>?")


def test_neither_the_numbers_nor_the_file_tell_in_which_order_texts_came(settings):
    came = [f"question number {number:02}" for number in range(12)]
    inbox = Inbox(settings.inbox_url)
    for text in came:
        inbox.add(text, today=date(2026, 11, 22))
    listed = [letter.text for letter in inbox.letters()]
    data = (settings.var / "inbox.sqlite").read_bytes()
    # One in 479 million that they stand so by chance.
    assert sorted(listed) == sorted(came) != listed != came
    # SQLite fills a page from its end.
    assert sorted(came, key=lambda text: -data.index(text.encode())) == listed


def test_older_weeks_come_first(settings):
    inbox = Inbox(settings.inbox_url)
    for day in (22, 1, 15, 8):
        inbox.add("a question", today=date(2026, 11, day))
    assert [letter.week for letter in inbox.letters()] == ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]


def test_the_file_is_for_its_owner_only(client, settings):
    client.post("/editors", data={"text": "a question"})
    assert (settings.var / "inbox.sqlite").stat().st_mode & 0o777 == 0o600


def test_nothing_is_made_before_something_is_sent(client, settings):
    client.post("/", data={"message": "how do I sponsor someone"})
    assert not (settings.var / "inbox.sqlite").exists()


def test_the_conversation_goes_on_after_sending(client):
    state = client.post("/api/chat", json={"message": "how do I sponsor someone"}).json["state"]
    text = client.post("/editors", data={"text": "a question", "state": state}).text
    assert f'<input id="state" name="state" type="hidden" value="{state}">' in text
    assert "<b>Sent to the editors.</b>" in text


@pytest.mark.parametrize(("text", "status"), [("a question", 200), (" ", 400)])
def test_after_a_letter_the_page_still_shows_what_it_showed(client, text, status):
    state = ""
    for message in ("i want to die", "how do I sponsor someone"):
        state = client.post("/api/chat", json={"message": message, "state": state or None}).json["state"]
    response = client.post("/editors", data={"text": text, "state": state})
    assert response.status_code == status
    assert 'href="tel:5550100"' in response.text
    assert "Earlier in this conversation" in response.text


def test_one_way_to_the_database_serves_the_whole_process(client, settings, monkeypatch):
    made = []
    monkeypatch.setattr(inbox, "create_engine", lambda *url, **options: made.append(url) or create_engine(*url))
    for text in ("a question", "another"):
        client.post("/editors", data={"text": text})
    assert len(kept(settings)) == 2
    assert len(made) == 1


@pytest.mark.parametrize(
    ("text", "trouble"), [(" \r\n", "there is nothing to send yet"), ("x" * (LONGEST_TEXT + 1), "2000 is the most")]
)
def test_a_refused_text_stands_in_the_form_again(client, settings, text, trouble):
    response = client.post("/editors", data={"text": text})
    page = html.unescape(response.text)
    assert response.status_code == 400
    assert 'id="letter-trouble" role="alert">' in page
    assert trouble in page
    assert 'aria-describedby="letter-about letter-trouble" aria-invalid="true"' in page
    assert f"\n{text.replace(chr(13), '')}</textarea>" in page
    assert not (settings.var / "inbox.sqlite").exists()


def test_half_a_character_is_refused(tmp_path):
    with pytest.raises(MessageRefused, match="lone surrogate"):
        Inbox(f"sqlite:///{tmp_path / 'inbox'}").add("\ud800", today=date(2026, 11, 22))


def test_an_inbox_that_cannot_be_written_loses_no_word(settings, tmp_path):
    (tmp_path / "file").write_text("")
    client = create_app(replace(settings, inbox=f"sqlite:///{tmp_path}/file/inbox"), WordEncoder).test_client()
    response = client.post("/editors", data={"text": "a question"})
    assert response.status_code == 503
    assert "could not be sent just now" in response.text
    assert "\na question</textarea>" in response.text


def test_the_setting_takes_another_database(settings, tmp_path):
    client = create_app(replace(settings, inbox=f"sqlite:///{tmp_path}/other/box.db"), WordEncoder).test_client()
    client.post("/editors", data={"text": "a question"})
    assert sqlite3.connect(tmp_path / "other" / "box.db").execute("select text from sent").fetchall() == [
        ("a question",)
    ]


@pytest.mark.parametrize("url", ["nonsense", "nosuchkind://x/y", "mysql://x/y"])
def test_a_setting_that_cannot_work_is_told_at_the_start(settings, url):
    with pytest.raises(SettingError, match="COACH_INBOX cannot be used"):
        create_app(replace(settings, inbox=url), WordEncoder)


def test_the_week_is_the_iso_week(settings):
    Inbox(settings.inbox_url).add("new year", today=date(2027, 1, 1))
    assert kept(settings)[0]["week"] == "2026-W53"
