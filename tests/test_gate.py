"""The quality gate and the summary: what an edit did, which golden questions it lost, and which edits took them."""

import json
from dataclasses import replace

import pytest
from broken_content import MENTOR, SPONSOR
from support import TODAY, Quiet, edit

from coach.content.contents import GoldenQuestion
from coach.content.knowledge import check_knowledge, read_knowledge
from coach.errors import QualityFell
from coach.published import load_coach
from coach.reindex import reindex
from coach.search import store
from coach.versions import golden, history, summary
from coach.versions.blame import all_edits
from coach.versions.changes import Difference, changes

CRISIS, VAGUE = "boundaries/crisis.md", "boundaries/too-vague.md"
GOLDEN = "golden-questions.yaml"
# A question that makes the page on mentors win what the page on sponsors should.
THIEF = "whom can a sponsor promote?"


@pytest.fixture
def steal(settings):
    """Teach the page on mentors a question that is nearly a golden one of the page on sponsors."""
    edit(settings.knowledge, MENTOR, "  definition:\n", f'  definition:\n    - "{THIEF}"\n')


@pytest.fixture
def version(settings):
    return store.current_version(settings.index_folder)


def add_golden(settings, asks, wants):
    edit(
        settings.knowledge,
        GOLDEN,
        "golden_questions:\n",
        f'golden_questions:\n  - asks: "{asks}"\n    wants: [{wants}]\n',
    )


def test_the_first_index_is_compared_with_none(settings):
    files = store.load(settings.index_folder)[1]
    replies = golden.replies_of(files)
    assert len(replies) == 4
    assert {reply.asked.partition("#")[0] for reply in replies.values()} == {"sponsor", "mentor", "crisis"}


def test_an_edit_that_loses_a_golden_question_is_refused_with_the_edit_that_took_it(settings, publish, steal, version):
    with pytest.raises(QualityFell) as refused:
        publish()
    told = str(refused.value)
    assert "3 of 4 golden questions find what they want (before: 4 of 4); 0 gained, 1 lost" in told
    assert "'whom can a sponsor promote' (golden question, line 2)" in told
    assert "before: sponsor#" in told
    assert "now: mentor#definition" in told
    assert f"knowledge/{MENTOR}:11:7: '{THIEF}' added for mentor#definition" in told
    assert '--accept "why this is right"' in told
    assert store.current_version(settings.index_folder) == version


def test_the_edit_of_a_page_is_named_by_its_file_though_a_message_reads_as_its_id(settings, publish, steal):
    assert '  - "sponsor"\n' in (settings.knowledge / VAGUE).read_text()
    edit(settings.knowledge, SPONSOR, "That is more than advice.", "That is far more than advice.")
    with pytest.raises(QualityFell, match=f"knowledge/{SPONSOR}: passage sponsor#definition changed"):
        publish()


def test_a_message_that_was_removed_is_named_by_the_file_in_which_it_stood(folder):
    before = read_knowledge(folder, today=TODAY)
    alike = "this deadline is killing me, how do I mentor through it"
    edit(folder, CRISIS, f'lookalikes: \n  answer:\n    - "{alike}"\n', "lookalikes: {}\n")
    edit(folder, VAGUE, '  - "sponsor"\n', "")
    after = check_knowledge(folder, today=TODAY)
    edits = all_edits(changes(before, after.knowledge), before, after)
    assert {str(each) for each in edits} == {
        f"knowledge/{CRISIS}: '{alike}' removed from answer",
        f"knowledge/{VAGUE}: 'sponsor' removed from too-vague",
    }


def test_an_accepted_fall_is_published_with_its_reason(settings, encoder, steal, version):
    report = reindex(settings, encoder, Quiet(), today=TODAY, accept="mentors promote here")
    assert report.version == store.current_version(settings.index_folder) != version
    assert len(report.trial.lost) == 1
    assert json.loads(store.load(settings.index_folder)[1][golden.FILE])["accepted"] == "mentors promote here"
    assert history.entry(settings, report.version).accepted == "mentors promote here"


def test_a_reason_is_not_recorded_where_nothing_fell(settings, encoder):
    edit(settings.knowledge, "contacts.yaml", "HR can start", "HR may start")
    report = reindex(settings, encoder, Quiet(), today=TODAY, accept="just in case")
    assert history.entry(settings, report.version).accepted == ""


def test_the_next_edit_is_measured_by_what_was_accepted(settings, encoder, publish, steal):
    reindex(settings, encoder, Quiet(), today=TODAY, accept="mentors promote here")
    edit(settings.knowledge, "contacts.yaml", "HR can start", "HR may start")
    assert publish().trial.lost == []


def test_a_fall_within_the_tolerance_is_published_and_told(settings, encoder, steal):
    report = reindex(replace(settings, gate_tolerance=0.25), encoder, Quiet(), today=TODAY)
    assert [moved.question.asks for moved in report.trial.lost] == ["whom can a sponsor promote"]
    assert "lost" in summary.answers(report.trial)


def test_small_falls_do_not_add_up(settings, encoder, steal, version):
    lenient = replace(settings, gate_tolerance=0.25)
    first = reindex(lenient, encoder, Quiet(), today=TODAY)
    assert len(first.trial.lost) == 1
    edit(settings.knowledge, SPONSOR, "  definition:\n", '  definition:\n    - "advice from a mentor?"\n')
    with pytest.raises(QualityFell) as refused:
        reindex(lenient, encoder, Quiet(), today=TODAY)
    told = str(refused.value)
    assert "2 of 4 golden questions find what they want (before: 4 of 4); 0 gained, 2 lost" in told
    stolen, mentors = told.split("(golden question, line 2)")[1].split("(golden question, line 4)")
    assert "lost by an earlier version, which the tolerance let pass" in stolen
    assert f"knowledge/{SPONSOR}:11:7: 'advice from a mentor?' added for sponsor#definition" in mentors
    accepted = reindex(lenient, encoder, Quiet(), today=TODAY, accept="so be it")
    assert [moved.question.asks for moved in accepted.trial.lost] == ["advice from a mentor"]
    edit(settings.knowledge, "contacts.yaml", "HR can start", "HR may start")
    assert reindex(lenient, encoder, Quiet(), today=TODAY).trial.beside_best.lost == []


def test_what_is_best_is_carried_on_question_by_question():
    asks = [GoldenQuestion(each, ("mentor",), (2, 5)) for each in "ab"]
    right, wrong = golden.Reply("answer", "mentor#how-to", "Ask."), golden.Reply("answer", "sponsor#how-to", "Tell.")

    def carried(now, best, accepted=""):
        best = dict(zip("ab", best, strict=False))
        trial = golden.Trial(tuple(asks), dict(zip("ab", now, strict=True)), best=best, accepted=accepted)
        return list(golden.best_of({golden.FILE: trial.to_file()}).values())

    assert carried([wrong, right], [right, right]) == [right, right]
    assert carried([wrong, right], [right, right], accepted="so be it") == [wrong, right]
    assert carried([wrong, right], [right, wrong]) == [wrong, right]
    # The second is new.
    assert carried([wrong, right], [right]) == [right, right]
    older = {golden.FILE: json.dumps({"accepted": "", "replies": {"a": vars(wrong)}}).encode()}
    assert golden.best_of(older) == {"a": wrong}


def test_somebody_in_danger_who_is_no_longer_heard_is_beyond_any_tolerance():
    question = GoldenQuestion("i want to die", ("crisis",), (2, 5))
    heard, unheard = golden.Reply("escalate", "crisis#reply", "Call."), golden.Reply("answer", "mentor#how-to", "Ask.")
    trial = golden.Trial((question,), {question.asks: unheard}, best={question.asks: heard})
    assert trial.is_a_fall(1.0)
    harassed = golden.Trial(
        (question,), {question.asks: golden.Reply("escalate", "hr#reply", "")}, best={question.asks: heard}
    )
    assert not harassed.is_a_fall(1.0)


def test_a_question_that_is_new_is_asked_but_not_compared(settings, publish):
    add_golden(settings, "nobody asked this before", "crisis")
    trial = publish().trial
    assert (len(trial.questions), len(trial.compared), trial.lost) == (5, 4, [])


def test_a_label_that_changes_is_applied_to_the_old_reply_too(settings, publish):
    edit(settings.knowledge, GOLDEN, "wants: [mentor]", "wants: [sponsor]")
    trial = publish().trial
    assert (trial.right, trial.lost, trial.gained) == (3, [], [])


def test_the_answer_diff_shows_old_words_beside_new(settings, publish):
    edit(settings.knowledge, MENTOR, "A mentor shares experience.", "A mentor tells what they have seen.")
    told = summary.answers(publish().trial)
    assert "'advice from a mentor' (golden question, line 4): mentor#" in told
    assert "    - A mentor shares experience. [1]" in told
    assert "    + A mentor tells what they have seen. [1]" in told


def test_an_edit_is_summed_up(settings, publish):
    edit(settings.knowledge, MENTOR, '    - "first steps for mentors"', '    - "how do mentors begin"')
    edit(settings.knowledge, SPONSOR, "That is more than advice.", "That is far more than advice.")
    report = publish()
    assert report.changes.pages == Difference(changed=("mentor", "sponsor"))
    assert report.changes.passages == Difference(changed=("sponsor#definition",))
    assert report.changes.questions == Difference(added=("how do mentors begin",), removed=("first steps for mentors",))
    assert summary.table(report.changes).splitlines()[1:] == [
        "pages            0        2        0",
        "passages         0        1        0",
        "questions        1        0        1",
    ]


def test_a_page_that_is_removed_takes_its_passages_and_questions(settings, publish):
    (settings.knowledge / "situations" / "interruptions.md").unlink()
    edit(settings.knowledge, "small-words.yaml", "passage: interruptions#how-to", "passage: sponsor#how-to")
    edit(settings.knowledge, "small-words.yaml", ", interruptions#what-to-say", "")
    done = publish().changes
    assert done.pages.removed == ("interruptions",)
    assert all(name.startswith("interruptions#") for name in done.passages.removed)
    assert "he keeps talking over her in meetings" in done.questions.removed


def test_the_whole_is_rebuilt_from_the_cache_when_one_sentence_changes(settings, publish, encoder):
    edit(settings.knowledge, SPONSOR, "That is more than advice.", "That is far more than advice.")
    report = publish()
    assert len(encoder.encoded) == report.encoded == 1
    version, coach = load_coach(settings.index_folder, encoder)
    assert version == report.version
    assert "far more" in coach.knowledge.passage("sponsor#definition").body


def test_without_golden_questions_nothing_is_held_back(settings, publish, steal):
    (settings.knowledge / GOLDEN).unlink()
    report = publish()
    assert report.published
    assert report.trial.questions == ()


def test_the_history_keeps_the_last_versions(settings, monkeypatch):
    monkeypatch.setattr(history, "KEPT", 3)
    for number in range(5):
        history.keep(settings, f"20991122T00000{number}-00000000", history.Entry(b"{}", str(number)))
    assert [name[14] for name in history.versions(settings)] == ["4", "3", "2"]
    with pytest.raises(history.VersionUnknown, match="the last ones are 20991122T000004-00000000, 20991122T000003"):
        history.entry(settings, "20991122T000001-00000000")


def test_what_is_kept_of_a_version_may_be_damaged(settings, version):
    path = settings.var / "history" / f"{version}.json.gz"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(history.VersionUnknown, match="cannot be read"):
        history.entry(settings, version)
