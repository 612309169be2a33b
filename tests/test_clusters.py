"""What readers sent: shown only in groups of enough different texts, and deleted once somebody has decided."""

from datetime import date

import pytest
from support import WordEncoder, run_script

from coach.bench.clusters import clusters
from coach.errors import InboxUnavailable
from coach.inbox import Inbox, Letter

GUESTS = ["how do I greet a guest speaker", "how do I greet the guest speaker", "how do I greet our guest speaker"]


def letters(*texts):
    return [Letter(number, "2026-W47", text) for number, text in enumerate(texts, start=1)]


def texts(found):
    return [{letter.text for letter in cluster.letters} for cluster in found]


@pytest.fixture
def inbox(tmp_path):
    return Inbox(f"sqlite:///{tmp_path / 'inbox.sqlite'}")


def test_what_means_the_same_is_one_group():
    found = clusters(letters(*GUESTS, "may I wear shorts", "what is for lunch"), WordEncoder(), k=3)
    assert texts(found) == [set(GUESTS)]


def test_a_group_of_too_few_is_not_shown():
    assert clusters(letters(*GUESTS), WordEncoder(), k=4) == []
    assert clusters([], WordEncoder(), k=1) == []
    assert clusters(letters("alone"), WordEncoder(), k=1) == []


def test_the_same_text_sent_often_is_one():
    assert clusters(letters(*[GUESTS[0]] * 9, GUESTS[0].upper(), f" {GUESTS[0]} ", GUESTS[1]), WordEncoder(), k=3) == []


def test_the_largest_group_comes_first_and_its_most_typical_letter_too():
    lunch = ["what is for lunch", "what is for lunch now"]
    shorter = "how do I greet a guest"
    first, second = clusters(letters(*lunch, shorter, *GUESTS), WordEncoder(), k=2)
    assert {letter.text for letter in second.letters} == set(lunch)
    assert first.letters[0].text in GUESTS
    assert first.letters[-1].text == shorter


def test_a_group_that_grew_has_another_name():
    before = clusters(letters(*GUESTS), WordEncoder(), k=3)[0]
    after = clusters(letters(*GUESTS, "how do I greet this guest speaker"), WordEncoder(), k=3)[0]
    assert before.name != after.name
    assert before.name == clusters(letters(*GUESTS), WordEncoder(), k=3)[0].name


def test_what_is_deleted_is_gone_from_the_disk(inbox, tmp_path):
    for text in GUESTS:
        inbox.add(text, today=date(2026, 11, 22))
    kept, *gone = inbox.letters()
    assert {letter.text for letter in inbox.letters()} == set(GUESTS)
    inbox.delete(gone)
    assert inbox.letters() == [kept]
    data = (tmp_path / "inbox.sqlite").read_bytes()
    assert kept.text.encode() in data
    assert not any(letter.text.encode() in data for letter in gone)


def test_an_inbox_that_cannot_be_read_says_so(tmp_path):
    (tmp_path / "inbox.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(InboxUnavailable, match="check COACH_INBOX"):
        Inbox(f"sqlite:///{tmp_path / 'inbox.sqlite'}").letters()


@pytest.mark.model
def test_a_maintainer_takes_one_group_in_and_dismisses_another(settings):
    inbox = Inbox(settings.inbox_url)
    asked = [
        "how can i thank my mentor",
        "what is a good way to thank my mentor",
        "how do I say thank you to my mentor",
    ]
    lunch = ["what is for lunch today", "what's on the lunch menu today", "what do we have for lunch today"]
    for text in [*asked, *lunch, "my boss Ada in Leeds drinks"]:
        inbox.add(text, today=date(2026, 11, 22))
    environment = {"COACH_KNOWLEDGE": str(settings.knowledge), "COACH_VAR": str(settings.var), "COACH_INBOX_K": "3"}
    listed = run_script("inbox.py", environment=environment).stdout
    assert "Ada" not in listed
    assert "6 of 7 letters are in groups of 3 or more different ones" in listed
    groups = [block.split(":")[0] for block in listed.split("Group ")[1:]]
    mentor = next(name for name in groups if "mentor" in listed.split(f"Group {name}:")[1].split("Group")[0])
    (other,) = set(groups) - {mentor}
    done = run_script("inbox.py", mentor, "--accept", "mentor#how-to", environment=environment)
    assert done.returncode == 0, done.stderr
    assert "Deleted 3 from the inbox." in done.stdout
    assert any(f'- "{text}"' in (settings.knowledge / "roles" / "mentor.md").read_text() for text in asked)
    assert run_script("inbox.py", other, "--dismiss", environment=environment).returncode == 0
    assert [letter.text for letter in inbox.letters()] == ["my boss Ada in Leeds drinks"]
    again = run_script("inbox.py", other, "--dismiss", environment=environment)
    assert again.returncode == 1
    assert f"there is no group {other}; the groups are none yet" in again.stderr


def test_nothing_is_decided_about_a_group_without_a_name():
    assert run_script("inbox.py", "--dismiss").returncode == 2
