"""The files of a knowledge base to checked nouns: every rule, its words, and the place it points to."""

import os
from datetime import date

import pytest
from broken_content import CONTACTS, FOLLOW_UPS, LAST, MENTOR, ROLE_FINDER, SECTION, SPONSOR, STUDY, corpus
from support import SMALL_KNOWLEDGE, TODAY, edit, faults

from coach.choices import AnswerKind, ContactKind, Evidence, FollowUp, Intent, Level, PassageKind, Role
from coach.content.knowledge import read_knowledge
from coach.types import (
    Boundary,
    Citation,
    Contact,
    Excerpt,
    FollowUps,
    Page,
    Passage,
    SmallWords,
    Source,
    Statement,
)

EDITORS = (Citation("coach"),)
# Ä in Latin-1, which no UTF-8 text can hold before a space.
NOT_UTF_8 = b"\xc4"


def mentor(folder, last):
    """The statements of the last section of the page on mentors, were `last` its text."""
    edit(folder, MENTOR, LAST, last)
    return read_knowledge(folder, today=TODAY).passage("mentor#example").statements


@pytest.mark.parametrize(("file", "old", "new", "expected"), [pytest.param(*case, id=name) for name, *case in corpus()])
def test_a_fault_is_told_with_its_place_and_its_mend(folder, file, old, new, expected):
    edit(folder, file, old, new)
    assert faults(folder) == [f"knowledge/{file}:{fault}" for fault in expected]


def test_faults_of_all_files_are_told_at_once_and_in_order(folder):
    edit(folder, SPONSOR, "reviewed: 2026-11-01", "reviewed: soon")
    edit(folder, STUDY, "evidence: study", "evidence: rumour")
    edit(folder, MENTOR, "related: [sponsor]", "related: [nobody]")
    edit(folder, MENTOR, "[@beta-guide, f2]", "[@beta-guide, f7]")
    edit(folder, FOLLOW_UPS, "follow_ups:", "followups:")
    edit(folder, CONTACTS, "@gamma-line", "@delta-line")
    assert [fault.rpartition(": ")[0].split(": ")[0] for fault in faults(folder)] == [
        "knowledge/contacts.yaml:2:5",
        "knowledge/follow-ups.yaml:1:1",
        "knowledge/follow-ups.yaml:1:1",
        "knowledge/roles/mentor.md:7:11",
        "knowledge/roles/mentor.md:19:1",
        "knowledge/roles/sponsor.md:8:1",
        "knowledge/sources/alpha-study.yaml:11:1",
    ]


def test_all_faults_of_form_in_one_page_are_told_at_once(folder):
    edit(folder, MENTOR, "title: Mentor", "title: 5")
    edit(folder, MENTOR, "{#how-to}", "{#howto}")
    edit(folder, MENTOR, LAST, "No source.")
    assert [fault.split(": ")[0] for fault in faults(folder)] == [
        f"knowledge/{MENTOR}:{place}" for place in ("2:1", "22:27", "26:1")
    ]


def test_nothing_is_called_unknown_because_its_file_is_broken(folder):
    edit(folder, STUDY, "title:", "titel:")
    edit(folder, SPONSOR, "title:", "titel:")
    assert {fault.split(":")[0] for fault in faults(folder)} == {f"knowledge/{STUDY}", f"knowledge/{SPONSOR}"}


def test_a_role_whose_how_to_goes_by_another_id(folder):
    edit(folder, MENTOR, "  how-to:", "  start:")
    edit(folder, MENTOR, "{#how-to}", "{#start .how-to}")
    told = "'mentor#how-to' has no step that takes ten seconds; add a list item `**In ten seconds:**` there"
    assert faults(folder) == [f"knowledge/{ROLE_FINDER}:23:11: {told}"]


def test_a_page_id_in_two_folders(folder):
    fields, _, _ = (folder / MENTOR).read_text().partition("questions:")
    fields = fields.replace("group: roles", "group: differences")
    (folder / "differences").mkdir()
    (folder / "differences" / "mentor.md").write_text(fields + 'questions: {definition: ["one"]}\n---\n' + SECTION)
    expected = "page id 'mentor' is also the name of knowledge/differences/mentor.md; rename one of the files"
    assert faults(folder) == [f"knowledge/{MENTOR}:2:1: {expected}"]


def test_a_file_name_that_is_no_page_id(folder):
    (folder / "situations" / "interruptions.md").rename(folder / "situations" / "Talked over.md")
    edit(folder, "small-words.yaml", ", interruptions#what-to-say", "")
    edit(folder, "small-words.yaml", "passage: interruptions#how-to", "passage: sponsor#how-to")
    mend = "is the page's id: only lower case and hyphens; rename it"
    assert faults(folder) == [f"knowledge/situations/Talked over.md:2:1: the file's name 'Talked over' {mend}"]


def test_a_source_id_unlike_its_file_name(folder):
    edit(folder, MENTOR, "@beta-guide, f2", "@delta-study, f2")
    (folder / "sources" / "delta.yaml").write_text((folder / STUDY).read_text().replace("id: alpha", "id: delta"))
    mend = "but the file is named 'delta'; make them equal"
    assert faults(folder) == [f"knowledge/sources/delta.yaml:1:1: source id 'delta-study', {mend}"]


@pytest.mark.parametrize(
    ("gone", "kind"),
    [("greeting", "smalltalk"), ("off-topic", "decline"), ("too-vague", "clarify")],
)
def test_each_kind_of_reply_needs_a_page(folder, gone, kind):
    (folder / "boundaries" / f"{gone}.md").unlink()
    message = f"no page replies with '{kind}'; the coach needs at least one"
    assert faults(folder) == [f"knowledge/boundaries:1:1: {message}"]


def test_a_crisis_line_is_good_through_its_last_day(folder):
    assert read_knowledge(folder, today=date(2027, 11, 1)).contacts[0].id == "line"
    assert [fault.split(";")[0] for fault in faults(folder, today=date(2027, 11, 2))] == [
        "knowledge/contacts.yaml:2:5: crisis line 'line' expired on 2027-11-01"
    ]


def test_another_contact_that_expired_is_no_fault(folder):
    edit(
        folder,
        CONTACTS,
        "owner: HR\n    reviewed: 2026-11-01\n    expires: 2027",
        "owner: HR\n    reviewed: 2026-11-01\n    expires: 2020",
    )
    assert read_knowledge(folder, today=TODAY).contacts[2].expires == date(2020, 11, 1)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "behind a byte order mark"])
@pytest.mark.parametrize(
    ("text", "place"),
    [(b"", "1:1"), (b"id", "1:3"), (b"id: alpha\n", "2:1"), ("id: é\r\ntitle: é😀".encode(), "2:10")],
)
def test_a_byte_that_is_not_utf_8(folder, start, text, place):
    (folder / STUDY).write_bytes(start + text + NOT_UTF_8 + b" more\n")
    assert faults(folder) == [f"knowledge/{STUDY}:{place}: not UTF-8 text; save the file as UTF-8"]


@pytest.mark.parametrize(
    "encode",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: data.rstrip(b"\n"),
        lambda data: data + b"\n\n \n",
    ],
    ids=["a byte order mark", "CRLF line ends", "CR line ends", "no last line end", "empty lines at the end"],
)
def test_what_an_editor_does_to_a_file_changes_nothing(folder, encode):
    before = read_knowledge(folder, today=TODAY)
    for path in [*folder.rglob("*.md"), *folder.rglob("*.yaml")]:
        path.write_bytes(encode(path.read_bytes()))
    assert read_knowledge(folder, today=TODAY) == before


@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_places_are_right_whatever_ends_a_line(folder, line_end):
    edit(folder, MENTOR, LAST, "- One\n  two. [@coach] Three.")
    path = folder / MENTOR
    path.write_bytes(path.read_bytes().replace(b"\n", line_end.encode()))
    assert [fault.split(": ")[0] for fault in faults(folder)] == [f"knowledge/{MENTOR}:27:17"]


def test_a_folder_that_is_named_like_a_file(folder):
    (folder / STUDY).unlink()
    (folder / STUDY).mkdir()
    assert faults(folder) == [f"knowledge/{STUDY}:1:1: cannot be read (Is a directory); mend its permissions"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(folder):
    (folder / STUDY).chmod(0)
    assert faults(folder) == [f"knowledge/{STUDY}:1:1: cannot be read (Permission denied); mend its permissions"]


@pytest.mark.parametrize(
    ("last", "places"),
    [
        ("First. [@coach]\nSecond\n  one. [@coach] Third [@nobody, f1]\n  one. [@none, f1]", ["28:17", "29:3"]),
        ("- One. [@coach]\n  - Two. [@nobody, f1]\n    - **Three:**\n      three. [@none, f1]", ["27:5", "28:7"]),
        ("- One. [@coach]\n\n  Two. [@nobody, f1]\n\n- Three. [@none, f1]", ["28:3", "30:3"]),
        ("Tom\nlearns. [@coach;\n  @Nobody, f1] So does Ana.", ["28:3", "28:16"]),
        ("One. [@coach]\n\n\nÅ 😀. [@coach] No.", ["29:15"]),
    ],
    ids=["a paragraph of many lines", "a list in a list", "paragraphs in a list", "a citation of two lines", "emoji"],
)
def test_a_place_is_where_the_statement_starts(folder, last, places):
    edit(folder, MENTOR, LAST, last)
    assert [fault.split(": ")[0] for fault in faults(folder)] == [f"knowledge/{MENTOR}:{place}" for place in places]


@pytest.mark.parametrize(
    ("last", "statement"),
    [
        ("Tom\n  learns. [@coach]", Statement("Tom learns.", EDITORS)),
        ("- Tom learns. [@coach]", Statement("Tom learns.", EDITORS, in_list=True)),
        ("* **Plain:** Go on. [@coach]", Statement("Plain: Go on.", EDITORS, "Plain:", in_list=True)),
        ("**Plain:** Go on. [@coach]", Statement("Plain: Go on.", EDITORS, "Plain:")),
        (r"A \* B &amp; more. [@coach]", Statement("A * B & more.", EDITORS)),
        ("He said: [a word]. [@coach]", Statement("He said: [a word].", EDITORS)),
        (
            "Tom learns. [@alpha-study, f1;@beta-guide,f2;\n@coach]",
            Statement("Tom learns.", (Citation("alpha-study", "f1"), Citation("beta-guide", "f2"), Citation("coach"))),
        ),
    ],
)
def test_a_statement_is_plain_text_with_its_citations_and_label(folder, last, statement):
    assert mentor(folder, last) == (statement,)


def test_the_body_of_a_statement_comes_after_its_label(folder):
    assert mentor(folder, "- **Plain:** Go on. [@coach]")[0].body == "Go on."


def test_each_citation_ends_a_statement(folder):
    statements = mentor(
        folder, "One. [@coach] Two\nthree. [@beta-guide, f1]\n\n- Four. Five. [@coach]\n  - Six. [@coach]"
    )
    assert [(statement.text, statement.in_list) for statement in statements] == [
        ("One.", False),
        ("Two three.", False),
        ("Four. Five.", True),
        ("Six.", True),
    ]


def test_a_section_may_name_its_kind_beside_its_id(folder):
    edit(folder, MENTOR, "{#example}", "{#at-a-hospital .example}")
    edit(folder, MENTOR, "  example:", "  at-a-hospital:")
    passage = read_knowledge(folder, today=TODAY).passage("mentor#at-a-hospital")
    assert (passage.kind, passage.anchor) == (PassageKind.EXAMPLE, "at-a-hospital")


def test_a_page_of_a_role():
    guide = (Citation("beta-guide", "f2"),)
    assert read_knowledge(SMALL_KNOWLEDGE, today=TODAY).pages["mentor"] == Page(
        id="mentor",
        title="Mentor",
        group="roles",
        roles=(Role.MENTOR,),
        level=Level.INDIVIDUAL,
        summary="Shares experience and advice.",
        related=("sponsor",),
        reviewed=date(2026, 11, 1),
        passages=(
            Passage(
                "mentor#definition",
                "What a mentor does",
                PassageKind.DEFINITION,
                (
                    Statement("A mentor shares experience.", guide),
                    Statement("A mentor talks with you, not about you.", EDITORS),
                ),
                ("what is a mentor",),
            ),
            Passage(
                "mentor#how-to",
                "How to start mentoring",
                PassageKind.HOW_TO,
                (
                    Statement(
                        "In ten seconds: Ask what the person wants to learn.", EDITORS, "In ten seconds:", in_list=True
                    ),
                ),
                ("how do I mentor someone", "first steps for mentors"),
            ),
            Passage(
                "mentor#example",
                "A mentor at a hospital",
                PassageKind.EXAMPLE,
                (Statement("Amina shows Tom how rounds are run.", EDITORS),),
                ("example of mentoring at a hospital",),
            ),
        ),
    )


def test_a_page_in_boundaries():
    page = read_knowledge(SMALL_KNOWLEDGE, today=TODAY).pages["crisis"]
    assert page.boundary == Boundary(
        route="crisis",
        reply=AnswerKind.ESCALATE,
        contacts=(ContactKind.CRISIS_LINE, ContactKind.EMERGENCY),
        examples=(
            "i want to die",
            "i want to kill myself tonight",
            "my colleague says he wants to end his life",
            "i cannot go on living any more",
            "thinking of suicide at work",
            "nobody would miss me if i was dead",
        ),
        lookalikes={"answer": ("this deadline is killing me, how do I mentor through it",)},
    )
    assert page.passages[0].questions == ()


def test_a_source_with_its_authors_and_facts():
    assert read_knowledge(SMALL_KNOWLEDGE, today=TODAY).sources["alpha-study"] == Source(
        id="alpha-study",
        type="article-journal",
        title="A Study of Alpha",
        author="Ada Alpha, Beta Team",
        publisher="Journal of Letters",
        issued="2019",
        url="https://example.org/alpha",
        evidence=Evidence.STUDY,
        authority="One made-up study, for the tests.",
        facts={
            "f1": "Influence moved careers in the made-up study.",
            "f2": "People with sponsors rose faster in the made-up survey.",
        },
    )


@pytest.mark.parametrize("issued", ["2019", "'2019'", "2019-05", "2019-05-06"])
def test_a_source_may_be_dated_by_year_month_or_day(folder, issued):
    edit(folder, STUDY, "'2019'", issued)
    assert read_knowledge(folder, today=TODAY).sources["alpha-study"].issued == issued.strip("'")


def test_a_contact():
    assert read_knowledge(SMALL_KNOWLEDGE, today=TODAY).contacts[0] == Contact(
        id="line",
        kind=ContactKind.CRISIS_LINE,
        name="Gamma Line",
        says="Call the Gamma Line on 555 0100 at any hour.",
        owner="Wellbeing",
        reviewed=date(2026, 11, 1),
        expires=date(2027, 11, 1),
        country="US",
        phone="555 0100",
        url="https://example.org/gamma",
        citations=(Citation("gamma-line", "f1"),),
    )


def test_follow_ups(folder):
    edit(
        folder,
        FOLLOW_UPS,
        None,
        'follow_ups:\n  evidence: ["why", "says who"]\n  more:\n    - "tell me more"\nnew_subject: ["and pay"]\n',
    )
    assert read_knowledge(folder, today=TODAY).follow_ups == FollowUps(
        {FollowUp.EVIDENCE: ("why", "says who"), FollowUp.MORE: ("tell me more",)}, ("and pay",)
    )


def test_small_words():
    assert read_knowledge(SMALL_KNOWLEDGE, today=TODAY).small_words == SmallWords(
        suggestions={
            Intent.HOW_TO: "How do I start?",
            Intent.WHAT_TO_SAY: "What could I say?",
            Intent.EXAMPLE: "Show me an example",
            Intent.PITFALL: "When does it backfire?",
        },
        page_question="About: {title}",
        starters=("sponsor#how-to", "interruptions#what-to-say"),
        next_step="One next step",
        ask_first=Excerpt("Ask first", "sponsor#how-to", ("First, ask:",)),
        doors=Excerpt("Allyship or DEI?", "interruptions#how-to", ("In ten seconds:",)),
        places={FollowUp.JUNIOR: "I have little power"},
    )
