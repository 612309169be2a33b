"""The scripts at their front door, with the real model, on a small knowledge base of their own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from support import SCRIPTS, children, free_port, run_script, wait_until

from coach.search import store

pytestmark = pytest.mark.model


def ask(site, message, state=None):
    """The reply of the running chat."""
    body = json.dumps({"message": message, "state": state}).encode()
    request = urllib.request.Request(f"{site.address}/api/chat", body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


def edit(site, name, old, new):
    path = site.folder / "knowledge" / name
    path.write_text(path.read_text().replace(old, new))


def test_serve_builds_the_index_says_what_it_does_and_where_it_listens(site):
    log = site.log.read_text()
    assert "The index is missing or older than the knowledge base; building it." in log
    assert re.search(r"\[ +\d+\.\d s\] Encoding \d+ new texts", log)
    assert "Batches: 100%" in log
    assert f"Allyship Coach: {site.address}" in log


def test_the_real_model_finds_words_that_are_not_in_the_page(site):
    reply = ask(site, "use my clout to get her promoted")
    assert reply["topics"][0] == "sponsor"


def test_a_follow_up_over_http(site):
    state = ask(site, "how do I sponsor someone?")["state"]
    assert ask(site, "can you give me an example?", state)["blocks"][1]["passage"] == "sponsor#example"


def test_ask_answers_in_a_terminal_while_the_chat_is_served(site):
    done = run_script("ask.py", "how do I sponsor someone?", environment=site.environment)
    assert done.returncode == 0, done.stderr
    assert "How to start sponsoring" in done.stdout
    assert (
        "[1] Ada Alpha, Beta Team. A Study of Alpha. Journal of Letters, 2019 (study) https://example.org/alpha"
        in done.stdout
    )


def test_ask_holds_a_conversation(site):
    typed = "how do I sponsor someone?\n\ngive me an example\n"
    done = run_script("ask.py", environment=site.environment, input=typed)
    assert done.returncode == 0
    assert "the message is empty; type a question" in done.stdout
    assert "A sponsor at a shipyard" in done.stdout


def test_ask_without_an_index_says_which_command_mends_it(tmp_path):
    done = run_script("ask.py", "hello", environment={"COACH_VAR": str(tmp_path)})
    assert done.returncode == 1
    assert "no index has been built yet" in done.stderr
    assert "python3 scripts/reindex.py" in done.stderr


def test_ask_says_what_is_wrong_and_nothing_else(site):
    done = run_script("ask.py", "x" * 3000, environment=site.environment)
    assert done.returncode == 1
    assert "reindex" not in done.stderr
    page = site.folder / "knowledge" / "roles" / ".mentor.md.unfinished"
    page.mkdir()
    try:
        asked = ["people talk and i hear nothing back", "--add", "mentor#how-to"]
        done = run_script("ask.py", *asked, environment=site.environment)
        assert done.returncode == 1
        assert "cannot be written (Is a directory)" in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        page.rmdir()


def test_reindex_without_a_change_publishes_nothing(site):
    done = run_script("reindex.py", environment=site.environment)
    assert done.returncode == 0, done.stderr
    assert "Nothing changed" in done.stdout


def test_an_edit_is_encoded_alone_and_served_at_once(site):
    edit(site, "situations/interruptions.md", "Hand the floor back.", "Give her the floor again.")
    done = run_script("reindex.py", environment=site.environment)
    assert done.returncode == 0, done.stderr
    assert "Vectors: 1 computed, " in done.stdout
    assert "Give her the floor again." in ask(site, "what do I do when she is interrupted in a meeting")["text"]


def test_a_fault_is_told_with_its_place_and_the_old_words_are_served(site):
    before = ask(site, "what is a mentor")["index"]
    edit(site, "roles/mentor.md", "@beta-guide, f2", "@beta-gide, f2")
    try:
        for arguments in ([], ["--check"]):
            done = run_script("reindex.py", *arguments, environment=site.environment)
            assert done.returncode == 1
            assert (
                "knowledge/roles/mentor.md:19:1: unknown source 'beta-gide'; did you mean 'beta-guide'?" in done.stderr
            )
        assert ask(site, "what is a mentor")["index"] == before
    finally:
        edit(site, "roles/mentor.md", "@beta-gide, f2", "@beta-guide, f2")


def test_what_changed_is_told_and_can_be_taken_back(site):
    before = ask(site, "what is a mentor")["index"]
    edit(site, "roles/mentor.md", "A mentor shares experience.", "A mentor shares what they know.")
    try:
        done = run_script("reindex.py", environment=site.environment)
        assert re.search(r"pages +0 +1 +0\n *passages +0 +1 +0\n *questions +0 +0 +0", done.stdout), done.stderr
        assert "+ A mentor shares what they know. [1]" in done.stdout
        since = run_script("reindex.py", "--since", before, environment=site.environment)
        assert "passages changed: 1\n  mentor#definition" in since.stdout
        back = run_script("reindex.py", "--rollback", environment=site.environment)
        assert f"Version {before} is served again" in back.stdout
        assert ask(site, "what is a mentor")["index"] == before
        again = run_script("reindex.py", "--rollback", environment=site.environment)
        assert again.returncode == 1
        assert f"there is no version before {before} to go back to" in again.stderr
    finally:
        edit(site, "roles/mentor.md", "A mentor shares what they know.", "A mentor shares experience.")
        run_script("reindex.py", environment=site.environment)


def test_faults_for_programs(site):
    edit(site, "roles/mentor.md", "@beta-guide, f2", "@beta-gide, f2")
    try:
        message = "unknown source 'beta-gide'; did you mean 'beta-guide'?"
        done = run_script("reindex.py", "--check", "--format", "json", environment=site.environment)
        fault = {"path": "knowledge/roles/mentor.md", "line": 19, "column": 1, "message": message}
        assert (done.returncode, json.loads(done.stdout)) == (1, {"faults": [fault], "remarks": []})
        done = run_script("reindex.py", "--check", "--format", "github", environment=site.environment)
        assert done.stdout == f"::error file=knowledge/roles/mentor.md,line=19,col=1::{message}\n"
    finally:
        edit(site, "roles/mentor.md", "@beta-gide, f2", "@beta-guide, f2")


def test_watch_publishes_at_every_save_and_survives_a_fault(site):
    command = [sys.executable, str(SCRIPTS / "reindex.py"), "--watch"]
    environment = {**os.environ, **site.environment}
    page = site.folder / "knowledge" / "roles" / "mentor.md"
    whole = page.read_text()
    # Tests that are started in the background ignore Ctrl-C, and so would what they start.
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, env=environment, **told, **heard) as watching:
        try:
            with store.publishing_lock(site.folder / "var" / "index"):
                assert f"(process {os.getpid()})" in read_until(watching, "this watch does so by itself")
            assert "this watch does so by itself" not in read_until(watching, "Waiting for a file to be saved")
            edit(site, "roles/mentor.md", "@beta-guide, f2", "@beta-gi")
            assert "mentor.md:19:30: citation '@beta-gi'" in read_until(watching, "nothing was published")
            edit(site, "roles/mentor.md", "@beta-gi]", "@beta-guide, f2]")
            edit(site, "roles/mentor.md", "A mentor shares experience.", "A mentor shares time.")
            read_until(watching, "Published version")
            assert "A mentor shares time." in ask(site, "what is a mentor")["text"]
        finally:
            watching.send_signal(signal.SIGINT)
            page.write_text(whole)
        assert watching.wait(timeout=30) == 0


def read_until(process, text):
    """What the process printed up to a line that holds `text`."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    pytest.fail(f"it ended without saying {text!r}:\n{''.join(lines)}")


def test_of_two_reindexes_at_once_one_wins_and_the_other_says_who(site):
    before = ask(site, "what is a mentor")["index"]
    edit(site, "situations/interruptions.md", "Give her the floor again.", "Hand her the floor.")
    command = [sys.executable, str(SCRIPTS / "reindex.py")]
    environment = {**os.environ, **site.environment}
    with subprocess.Popen(command, env=environment, stdout=-1, stderr=subprocess.STDOUT, text=True) as first:
        read_until(first, "Checking the knowledge base")
        # Held where it is, so that the second comes in time.
        first.send_signal(signal.SIGSTOP)
        second = run_script("reindex.py", environment=site.environment)
        first.send_signal(signal.SIGCONT)
        read_until(first, "Published version")
        assert first.wait(timeout=60) == 0
    assert second.returncode == 1
    assert f"another reindex is running (process {first.pid}); try again when it is done" in second.stderr
    assert ask(site, "what is a mentor")["index"] != before


@pytest.mark.parametrize("name", ["COACH_VAR", "COACH_KNOWLEDGE"])
def test_a_folder_that_is_none_is_named_and_nothing_is_published(small_site, tmp_path, name):
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "below"
    done = run_script("reindex.py", environment={**small_site[1], name: str(place)})
    assert done.returncode == 1
    assert str(place) in done.stderr
    assert "Nothing was published" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("others", [["--check"], ["--watch"], ["--rollback"], ["--since", "x"], ["--since", ""]])
def test_a_reason_goes_with_a_publish_and_nothing_else(others):
    done = run_script("reindex.py", "--accept", "so be it", *others)
    assert done.returncode == 2
    assert "--accept is for one publish" in done.stderr


def test_a_reason_and_a_version_must_be_named(site):
    done = run_script("reindex.py", "--accept", " ")
    assert (done.returncode, "--accept needs a reason" in done.stderr) == (2, True)
    before = store.current_version(site.folder / "var" / "index")
    done = run_script("reindex.py", "--since", "", environment=site.environment)
    assert done.returncode == 1
    assert "nothing is kept of a version ''" in done.stderr
    assert store.current_version(site.folder / "var" / "index") == before


def test_check_changes_nothing(site):
    before = store.current_version(site.folder / "var" / "index")
    (site.folder / "knowledge" / "contacts.yaml").open("a").write("# a remark\n")
    done = run_script("reindex.py", "--check", environment=site.environment)
    assert done.returncode == 0
    assert "No faults: 8 pages" in done.stdout
    assert store.current_version(site.folder / "var" / "index") == before


def test_an_unknown_setting_stops_a_script_with_a_hint():
    done = run_script("reindex.py", "--check", environment={"COACH_KNOWLEDG": "x"})
    assert done.returncode == 1
    assert "unknown setting COACH_KNOWLEDG; did you mean COACH_KNOWLEDGE?" in done.stderr


def test_a_model_that_is_not_there_is_named(small_site):
    _, environment = small_site
    done = run_script("reindex.py", environment={**environment, "COACH_MODEL": "nobody/nothing"})
    assert done.returncode == 1
    assert "no model 'nobody/nothing' on this machine" in done.stderr


def test_serve_names_a_port_that_is_taken(small_site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run_script("serve.py", "--port", str(taken.getsockname()[1]), environment=small_site[1])
    assert done.returncode == 1
    assert "choose another with --host or --port" in done.stderr


def test_serve_names_an_inbox_that_cannot_work(small_site):
    done = run_script("serve.py", environment={**small_site[1], "COACH_INBOX": "nonsense"})
    assert done.returncode == 1
    assert "COACH_INBOX cannot be used" in done.stderr


def test_a_killed_worker_is_replaced(site):
    os.kill(children(site.process.pid)[0], signal.SIGKILL)
    reply = wait_until(lambda: ask(site, "what is a mentor"), seconds=60, what="a new worker")
    assert reply["topics"][0] == "mentor"


def test_serve_starts_without_an_index_when_the_words_have_faults(tmp_path):
    (tmp_path / "knowledge").mkdir()
    environment = {"COACH_KNOWLEDGE": str(tmp_path / "knowledge"), "COACH_VAR": str(tmp_path / "var")}
    port = free_port()
    command = [sys.executable, str(SCRIPTS / "serve.py"), "--port", str(port)]
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=-1, stderr=-2, text=True) as process:
        try:
            health = wait_until(
                lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"), seconds=60, what="the start"
            )
            assert health.status == 200
        finally:
            process.terminate()
        assert "Starting all the same" in process.stdout.read()


def test_the_load_test_asks_republishes_and_loses_nothing(site):
    done = run_script("loadtest.py", "--seconds", "12", "--rate", "5", "--clients", "4", environment=site.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 questions at 5 a second, 0 failed" in done.stdout
    assert re.search(r"^[2-9] versions of the index answered", done.stdout, re.MULTILINE)
    assert "p99" in done.stdout
    assert "MB a minute" in done.stdout
