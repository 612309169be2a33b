"""What an operator reads: figures at /metrics, and the privacy page that the settings write."""

import html
from dataclasses import replace

import pytest
from support import WordEncoder, ask

from app import create_app
from coach.settings import LimitStore, Rate, Settings


def figures(client):
    lines = client.get("/metrics").text.splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))
    }


class TestMetrics:
    def test_turns_are_counted_by_kind_wherever_they_are_asked(self, client):
        ask(client, "what is a mentor")
        ask(client, "weather tomorrow")
        client.post("/", data={"message": "how do I sponsor someone"})
        found = figures(client)
        assert found['coach_turns_total{kind="answer"}'] == 2
        assert found['coach_turns_total{kind="decline"}'] == 1
        assert found['coach_turns_total{kind="escalate"}'] == 0

    def test_refusals_and_durations_are_counted(self, client):
        ask(client, "")
        ask(client, "what is a mentor")
        client.get("/nowhere")
        found = figures(client)
        assert found['coach_refusals_total{status="400"}'] == 1
        assert found['coach_refusals_total{status="404"}'] == 1
        assert found['coach_requests_total{method="POST",route="/api/chat",status="200"}'] == 1
        assert found['coach_request_seconds_count{route="/api/chat"}'] == 2

    def test_the_index_is_named_with_its_age(self, client):
        version = ask(client, "what is a mentor").json["index"]
        found = figures(client)
        assert found[f'coach_index_info{{version="{version}"}}'] == 1
        assert 0 <= found["coach_index_age_seconds"] < 3600
        assert found["coach_index_trouble"] == 0

    def test_a_missing_index_is_a_figure_too(self, tmp_path):
        client = create_app(Settings(var=tmp_path), WordEncoder).test_client()
        found = figures(client)
        assert found["coach_index_trouble"] == 1
        assert "coach_index_age_seconds" not in found

    def test_nothing_typed_becomes_a_figure(self, client):
        ask(client, "kumquatzebra")
        client.get("/kumquatzebra?q=kumquatzebra")
        client.open("/", method="KUMQUATZEBRA")
        assert "kumquatzebra" not in client.get("/metrics").text.lower()


class TestPrivacyPage:
    @pytest.fixture
    def shown(self, settings):
        """The page's text for settings that differ by what is given."""
        return lambda **changed: html.unescape(
            create_app(replace(settings, **changed), WordEncoder).test_client().get("/privacy").text
        )

    def test_it_says_how_long_a_conversation_can_go_on(self, shown):
        assert "for 7 days after the last answer" in shown()
        assert "for 90 minutes after the last answer" in shown(state_max_age=5400)
        assert "for 1 hour after" in shown(state_max_age=3600)

    def test_it_says_where_what_was_asked_stands_so_that_it_can_be_saved(self, shown):
        assert "What you asked also stands in the page's own forms" in shown()

    def test_it_says_what_the_limits_remember(self, shown):
        here = shown()
        assert "60 per minute, 1200 per minute" in here
        assert "in this program's memory for at most two minutes" in here
        store = LimitStore("redis://:secret@counts.example.org:6379/0")
        elsewhere = shown(limit_store=store, limit_all=Rate("9000 per day"))
        assert "in a counting service (counts.example.org) for at most two days" in elsewhere
        assert "secret" not in elsewhere
        assert "Requests are not limited here" in shown(limit_client=Rate(""), limit_all=Rate(""))

    def test_it_says_who_else_sees_a_request_and_who_reads_the_figures(self, shown):
        assert "reach this chat through 2 other servers" in shown(proxies=2)
        assert "other server" not in shown()
        assert "on the machine itself" in shown()
        assert "Nobody can read them here" in shown(hosts=("localhost",))
        password = shown(maintainer_password="a right password")
        assert "with a password" in password
        assert "a right password" not in password
