"""What is due, by whom, and as a calendar; links are tried only when told to, and stop nothing."""

import http.server
import socket
import threading
from datetime import date

import pytest
from broken_content import STUDY
from icalendar import Calendar
from support import TODAY, edit, run_script

from coach.bench.calendar import calendar
from coach.bench.due import Review, reviews
from coach.bench.links import addresses, silent, trouble_of
from coach.content.knowledge import read_knowledge


@pytest.fixture
def due(folder):
    edit(folder, STUDY, "  f2:\n", "  f2:\n    recheck: 2027-01-05\n")
    return reviews(read_knowledge(folder, today=TODAY))


def test_the_soonest_comes_first_with_the_pages_that_rest_on_it(due):
    why = "fact f2 ages; on it rests: sponsor"
    assert due[0] == Review(date(2027, 1, 5), "the editors", "knowledge/sources/alpha-study.yaml", why)
    assert str(due[0]) == f"2027-01-05  knowledge/sources/alpha-study.yaml: {why}"


def test_a_page_is_due_a_year_after_its_review(due):
    assert Review(date(2027, 11, 1), "the editors", "knowledge/roles/mentor.md", "last reviewed on 2026-11-01") in due


def test_a_contact_is_due_the_day_before_it_expires(due):
    lines = [review for review in due if review.why == "'line' expires on 2027-11-01"]
    assert [review.due for review in lines] == [date(2027, 10, 31)]


def test_the_calendar_has_one_event_a_day_and_owner(due):
    events = Calendar.from_ical(calendar(due, today=TODAY)).walk("VEVENT")
    days = sorted({(review.due, review.owner) for review in due})
    assert [event["dtstart"].dt for event in events] == [day for day, _ in days]
    assert str(events[0]["summary"]) == "Allyship Coach: 1 to review (the editors)"
    assert "alpha-study.yaml: fact f2 ages" in str(events[0]["description"])
    assert calendar(due, today=TODAY) == calendar(due, today=TODAY)
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_links_that_do_not_answer_are_told(folder):
    places = addresses(read_knowledge(folder, today=TODAY))
    url = "https://example.org/alpha"
    told = list(silent(places, lambda each: "HTTP 404" if each == url else ""))
    mend = "look for its new place, or leave `URL` out"
    assert told == [f"knowledge/sources/alpha-study.yaml: {url} does not answer (HTTP 404); {mend}"]


@pytest.mark.parametrize(("status", "trouble"), [(200, ""), (403, ""), (404, "HTTP 404"), (500, "HTTP 500")])
def test_what_a_server_says(status, trouble):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert trouble_of(f"http://127.0.0.1:{server.server_port}/") == trouble
    server.shutdown()
    server.server_close()


def test_what_is_no_web_server_is_told_as_a_link_that_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def chatter():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example.org ready\r\n\r\n")

        threading.Thread(target=chatter, daemon=True).start()
        assert "220 mail.example.org" in trouble_of(f"http://127.0.0.1:{listener.getsockname()[1]}/")


def test_a_server_that_is_not_there():
    assert "refused" in trouble_of("http://127.0.0.1:9/")


def test_the_report_at_the_front_door(folder, tmp_path):
    edit(folder, STUDY, "  f2:\n", "  f2:\n    recheck: 2020-01-05\n")
    ics = tmp_path / "reviews.ics"
    done = run_script("reviews.py", "--ics", str(ics), environment={"COACH_KNOWLEDGE": str(folder)})
    assert done.returncode == 0, done.stderr
    assert "the editors\n  OVERDUE  2020-01-05  knowledge/sources/alpha-study.yaml: fact f2 ages" in done.stdout
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_knowledge_base_with_faults_has_no_report(folder):
    edit(folder, STUDY, "evidence: study", "evidence: rumour")
    done = run_script("reviews.py", environment={"COACH_KNOWLEDGE": str(folder)})
    assert done.returncode == 1
    assert "alpha-study.yaml:11:1: field 'evidence'" in done.stderr
