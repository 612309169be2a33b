"""One more question for a passage: in the right file and line, and the rest byte for byte."""

import pytest
from broken_content import GREETING, MENTOR
from support import TODAY, edit

from coach.content.additions import NotWritable, add_question
from coach.content.knowledge import read_knowledge

ASKED = 'she says: "who can help me?" – é'
LINE = '    - "she says: \\"who can help me?\\" – é"'


def added(folder, target, question=ASKED):
    addition = add_question(folder, target, question)
    addition.write()
    return addition


def questions(folder, passage):
    return read_knowledge(folder, today=TODAY).passage(passage).questions


def test_it_stands_behind_the_last_question_of_its_section(folder):
    before = (folder / MENTOR).read_text("utf-8").splitlines()
    addition = added(folder, "mentor#how-to")
    after = (folder / MENTOR).read_text("utf-8").splitlines()
    assert after == [*before[: addition.line - 1], LINE, *before[addition.line - 1 :]]
    assert before[addition.line - 2] == '    - "first steps for mentors"'
    assert questions(folder, "mentor#how-to")[-1] == ASKED


def test_it_can_be_taken_back(folder):
    before = (folder / MENTOR).read_bytes()
    addition = added(folder, "mentor#example")
    addition.take_back()
    assert (folder / MENTOR).read_bytes() == before


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_what_the_file_is_made_of_stays(folder, line_end, start):
    path = folder / MENTOR
    whole = start + path.read_text("utf-8").replace("\n", line_end) + "  " + line_end
    path.write_bytes(whole.encode())
    added(folder, "mentor#definition")
    assert path.read_bytes().decode() == whole.replace(
        f'    - "what is a mentor"{line_end}', f'    - "what is a mentor"{line_end}{LINE}{line_end}'
    )
    assert questions(folder, "mentor#definition")[-1] == ASKED


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('\n    - "what is a mentor"', f'\n    - "what is a mentor"\n{LINE}'),
        (" [what is a mentor]", f" [what is a mentor, {LINE[6:]}]"),
        (' [what is a mentor, "two"] # why', f' [what is a mentor, "two", {LINE[6:]}] # why'),
        ("\n    - what is\n      a mentor # first\n", f"\n    - what is\n      a mentor # first\n{LINE}\n"),
        ("\n    -   >-\n      folded words\n", None),
    ],
)
def test_however_the_list_is_written(folder, written, becomes):
    edit(folder, MENTOR, '\n    - "what is a mentor"', written.rstrip("\n"))
    before = (folder / MENTOR).read_text("utf-8")
    added(folder, "mentor#definition")
    assert questions(folder, "mentor#definition")[-1] == ASKED
    if becomes:
        assert (folder / MENTOR).read_text("utf-8") == before.replace(written.rstrip("\n"), becomes.rstrip("\n"))


def test_an_example_of_a_boundary(folder):
    added(folder, "greeting", "good day to you")
    page = read_knowledge(folder, today=TODAY).pages["greeting"]
    assert page.boundary.examples[-1] == "good day to you"
    assert '  - "good day to you"\n' in (folder / GREETING).read_text()


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("mentr#how-to", "unknown page 'mentr'; did you mean 'mentor'?"),
        ("mentor#evidence", "has no questions for the section 'evidence' yet; write the first one by hand"),
        ("mentor", "has no questions for examples yet"),
        ("../mentor#how-to", "unknown page '../mentor'"),
    ],
)
def test_where_it_cannot_go(folder, target, told):
    with pytest.raises(NotWritable) as refused:
        add_question(folder, target, ASKED)
    assert told in str(refused.value)


def test_a_page_without_front_matter(folder):
    edit(folder, MENTOR, None, "words")
    with pytest.raises(NotWritable, match="has no front matter"):
        add_question(folder, "mentor#how-to", ASKED)


@pytest.mark.parametrize("broken", [b"---\ntitle: [\n---\n", b"---\ntitle: M\xfcller\n---\n"], ids=["YAML", "UTF-8"])
def test_a_page_that_cannot_be_read(folder, broken):
    (folder / MENTOR).write_bytes(broken)
    with pytest.raises(
        NotWritable, match=r"mentor\.md has faults of its own; run `python3 scripts/reindex\.py --check`"
    ):
        add_question(folder, "mentor#how-to", ASKED)


def test_a_file_that_was_saved_meanwhile_is_left_alone(folder):
    addition = add_question(folder, "mentor#how-to", ASKED)
    edit(folder, MENTOR, "A mentor shares experience.", "A mentor shares time.")
    with pytest.raises(NotWritable, match="was saved by somebody else just now"):
        addition.write()
    assert "A mentor shares time." in (folder / MENTOR).read_text()
