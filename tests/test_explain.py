"""How an answer is found, told in a terminal and on the maintainers' page; and one more question for a passage."""

from dataclasses import replace

import pytest
from broken_content import MENTOR
from support import edit, run_script, wait_until

from app import create_app
from coach.bench.adding import add
from coach.bench.explain import explain, to_text
from coach.bench.publishing import Publisher
from coach.content.additions import NotWritable
from coach.errors import ContentFaults, SettingError
from coach.published import load_coach
from coach.settings import Switch, read_settings

ASKED = "how do I sponsor someone"
PASSWORD = "correct horse battery"


@pytest.fixture
def explained(settings, encoder):
    return explain(load_coach(settings.index_folder, encoder)[1], ASKED)


def desk(settings, encoder, started=None, **chosen):
    app = create_app(replace(settings, **chosen), lambda: encoder)
    if started is not None:
        app.extensions["bench"].publisher.start = lambda: started.append(True)
    return app.test_client()


def key(client, **options):
    return client.get("/maintainers", **options).text.split('name="key" value="')[1].split('"')[0]


def test_the_ranks_and_the_question_that_matched(explained):
    first = explained.found[0]
    assert (first.hit.passage, first.hit.matched, first.dense) == ("sponsor#how-to", ASKED, 1)
    # Of so few rows many hold the same words.
    assert 1 <= first.lexical <= 3
    assert first.file == "knowledge/roles/sponsor.md"
    assert explained.nearest == pytest.approx(1)
    assert explained.answer.asked == "sponsor#how-to"
    assert len({found.hit.passage for found in explained.found}) == len(explained.found) > 1


def test_the_route_and_its_margin(explained):
    route, share = explained.routes[0]
    assert (route, explained.decision.route) == ("answer", "answer")
    assert 0 < explained.margin < share <= 1


def test_the_explanation_in_a_terminal(explained):
    told = to_text(explained)
    assert told.startswith("Reply: answer, sponsor#how-to\nRoute: answer, answer with probability ")
    assert f"  knowledge/roles/sponsor.md: '{ASKED}'" in told


def test_an_addition_is_checked_and_taken_back(settings):
    before = (settings.knowledge / MENTOR).read_bytes()
    with pytest.raises(ContentFaults, match="question also stands at mentor#how-to; keep it where it fits"):
        add(settings, "mentor#how-to", ASKED.upper())
    assert (settings.knowledge / MENTOR).read_bytes() == before
    with pytest.raises(NotWritable):
        add(settings, "nobody#how-to", ASKED)


def test_the_page_is_off_unless_a_setting_says_so(settings, encoder):
    assert desk(settings, encoder).get("/maintainers").status_code == 404


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, 200),
        ({"environ_base": {"REMOTE_ADDR": "10.0.0.7"}}, 403),
        ({"headers": {"X-Forwarded-For": "10.0.0.7"}}, 403),
        ({"headers": {"Host": "rebound.example.org"}}, 403),
        ({"headers": {"Host": "127.0.0.1:8000"}}, 200),
        ({"headers": {"Host": "[::1]:8000"}}, 200),
    ],
)
def test_the_local_page_is_for_who_sits_at_this_machine(settings, encoder, options, status):
    assert desk(settings, encoder, maintainers=Switch.ON).get("/maintainers", **options).status_code == status


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, 401),
        ({"auth": ("maintainer", "wrong")}, 401),
        ({"auth": ("somebody", PASSWORD)}, 401),
        ({"auth": ("maintainer", "")}, 401),
        ({"headers": {"Authorization": "Bearer x"}}, 401),
        ({"headers": {"Authorization": "Basic !!"}}, 401),
        ({"auth": ("maintainer", PASSWORD)}, 200),
    ],
)
def test_the_login(settings, encoder, options, status):
    client = desk(settings, encoder, maintainers=Switch.ON, maintainer_password=PASSWORD)
    reply = client.get("/maintainers", environ_base={"REMOTE_ADDR": "10.0.0.7"}, **options)
    assert reply.status_code == status
    assert ("WWW-Authenticate" in reply.headers) == (status == 401)


def test_a_login_needs_a_long_password():
    with pytest.raises(SettingError, match="COACH_MAINTAINER_PASSWORD is too short; use at least 12 characters"):
        read_settings({"COACH_MAINTAINER_PASSWORD": "short"})
    with pytest.raises(SettingError, match="COACH_MAINTAINERS is 'maybe'; it must be one of off, on"):
        read_settings({"COACH_MAINTAINERS": "maybe"})


def test_another_sites_form_is_refused(settings, encoder):
    started = []
    client = desk(settings, encoder, started=started, maintainers=Switch.ON)
    for form_key in ("", "x", "é"):
        form = {"message": "who can guide me", "passage": "mentor#how-to", "key": form_key}
        assert client.post("/maintainers/questions", data=form).status_code == 400
    assert "who can guide me" not in (settings.knowledge / MENTOR).read_text()
    assert started == []


def test_the_page_explains_a_message(settings, encoder):
    client = desk(settings, encoder, maintainers=Switch.ON)
    text = client.post("/maintainers", data={"message": ASKED, "key": key(client)}).text
    assert "The reply: answer, <code>sponsor#how-to</code>" in text
    assert "Add this question to sponsor#how-to</button>" in text
    assert client.post("/maintainers", data={"message": " ", "key": key(client)}).status_code == 400


def test_a_question_is_added_published_and_its_effect_shown(settings, encoder, publish):
    started = []
    client = desk(settings, encoder, started=started, maintainers=Switch.ON)
    message = "people talk and i hear nothing back"
    form = {"message": message, "passage": "mentor#how-to", "key": key(client)}
    text = client.post("/maintainers/questions", data=form).text
    assert "Written to knowledge/roles/mentor.md:15 and checked." in text
    assert started == [True]
    assert f'    - "{message}"' in (settings.knowledge / MENTOR).read_text().splitlines()[14]
    publish()
    shown = client.post("/maintainers", data={"message": message, "before": "too-vague#reply", "key": key(client)})
    assert "mentor#how-to</code></h2>" in shown.text
    assert "Before your addition: <code>too-vague#reply</code>" in shown.text


def test_what_cannot_be_added_is_told_and_nothing_is_written(settings, encoder):
    started = []
    client = desk(settings, encoder, started=started, maintainers=Switch.ON)
    form = {"message": "hello", "passage": "mentor#how-to", "key": key(client)}
    reply = client.post("/maintainers/questions", data=form)
    assert reply.status_code == 400
    assert "Nothing was written." in reply.text
    assert started == []


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(settings, encoder):
    # Where the new text is written first; the tests may run as root, who may write anywhere.
    (settings.knowledge / "roles" / ".mentor.md.unfinished").mkdir()
    client = desk(settings, encoder, started=[], maintainers=Switch.ON)
    form = {"message": "people talk and i hear nothing back", "passage": "mentor#how-to", "key": key(client)}
    reply = client.post("/maintainers/questions", data=form)
    assert reply.status_code == 400
    assert "Nothing was written." in reply.text
    assert "cannot be written (Is a directory); let the user that the coach runs as write there" in reply.text


def test_a_page_with_faults_is_told(settings, encoder):
    edit(settings.knowledge, MENTOR, "roles: [mentor]", "roles: [mentor")
    client = desk(settings, encoder, started=[], maintainers=Switch.ON)
    form = {"message": "people talk and i hear nothing back", "passage": "mentor#how-to", "key": key(client)}
    reply = client.post("/maintainers/questions", data=form)
    assert reply.status_code == 400
    assert "mentor.md has faults of its own" in reply.text


def test_a_fault_elsewhere_is_told(settings):
    edit(settings.knowledge, "roles/sponsor.md", "level: individual", "level: person")
    with pytest.raises(ContentFaults, match=r"sponsor\.md:5:1"):
        add(settings, "mentor#how-to", "people talk and i hear nothing back")


def test_a_publish_that_is_refused_says_why(tmp_path):
    script = tmp_path / "refuse.py"
    script.write_text("import sys; print('Batches: 100%', file=sys.stderr); sys.exit('two questions lost')")
    publisher = Publisher(script)
    publisher.start()
    wait_until(lambda: not publisher.busy, seconds=60, what="the end of the publish")
    assert publisher.told == "two questions lost"


def test_additions_made_during_a_publish_are_published_after_it_though_nobody_looks(tmp_path):
    ran, go = tmp_path / "ran", tmp_path / "go"
    script = tmp_path / "slow.py"
    script.write_text(
        f"import time; from pathlib import Path; Path({str(ran)!r}).open('a').write('x')\n"
        f"while not Path({str(go)!r}).exists(): time.sleep(0.01)"
    )
    publisher = Publisher(script)
    publisher.start()
    wait_until(ran.exists, seconds=60, what="the first publish")
    # Both of these may have come too late for the first.
    publisher.start()
    publisher.start()
    go.touch()
    wait_until(lambda: ran.read_text() == "xx", seconds=60, what="the second publish")
    wait_until(lambda: not publisher.busy, seconds=60, what="its end")
    assert (ran.read_text(), publisher.told) == ("xx", "")


def test_ask_wants_a_question_to_explain():
    done = run_script("ask.py", "--explain")
    assert done.returncode == 2
    assert "--explain and --add need a question" in done.stderr
