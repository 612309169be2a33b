"""The rules about words: what stops a publish beyond broken files, and what a writer is only told."""

from datetime import date

import pytest
from broken_content import CONTACTS, LAST, MENTOR, SPONSOR, STUDY
from support import TODAY, edit, faults, run_script

from coach.content.knowledge import check_knowledge, read_knowledge
from coach.content.rules.readability import sentences, syllables

FOLDERS = "foundations, roles, distinctions, situations, differences, organisation, boundaries, sources"
TOP = "contacts.yaml, follow-ups.yaml, small-words.yaml, golden-questions.yaml, README.md"


def remarks(folder, rule, *, name, today=TODAY):
    """The remarks of one rule in one file, as a writer reads them, without the file's name."""
    found = [remark for remark in check_knowledge(folder, today=today).remarks if remark.rule == rule]
    return [str(remark).partition(f"{name}:")[2] for remark in found if remark.path == f"knowledge/{name}"]


def test_a_source_that_nobody_cites(folder):
    (folder / "sources" / "delta.yaml").write_text((folder / STUDY).read_text().replace("id: alpha-study", "id: delta"))
    mend = "no page and no contact cites 'delta'; cite or remove it"
    assert faults(folder) == [f"knowledge/sources/delta.yaml:1:1: {mend}"]


def test_a_source_may_be_cited_by_a_page_that_cannot_be_read(folder):
    (folder / "sources" / "delta.yaml").write_text((folder / STUDY).read_text().replace("id: alpha-study", "id: delta"))
    edit(folder, SPONSOR, "title:", "titel:")
    assert {fault.split(":")[0] for fault in faults(folder)} == {f"knowledge/{SPONSOR}"}


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("roles/deep/guide.md", f"move it into one of the folders {FOLDERS}, and not deeper"),
        ("people/guide.md", f"move it into one of the folders {FOLDERS}, and not deeper"),
        ("roles/guide.markdown", "name it 'guide.md'"),
        ("roles/guide.MD", "name it 'guide.md'"),
        ("roles/guide.txt", "name it 'guide.md'"),
        ("sources/delta.yml", "name it 'delta.yaml'"),
        ("sources/delta.md", "name it 'delta.yaml'"),
        ("contacts.yml", f"only {TOP} lie here, so move or rename it"),
        ("guide.md", f"only {TOP} lie here, so move or rename it"),
    ],
)
def test_a_file_that_nothing_reads(folder, name, mend):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("words")
    assert faults(folder) == [f"knowledge/{name}:1:1: this file is not read; {mend}"]


@pytest.mark.parametrize("name", ["README.md", ".git/notes.md", "roles/.guide.md.swp", "roles/ship.png"])
def test_a_file_without_words_for_the_coach_is_no_fault(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("words")
    assert read_knowledge(folder, today=TODAY).pages


@pytest.mark.parametrize(
    "last",
    [
        "In 2019, most people rose faster. [@alpha-study, f2]",
        "In 2019, 5% rose faster, so try it. [@alpha-study, f2; @coach]",
        "She studies showers and does her research. [@coach]",
        "Amina is an ally, you hear. That question is great. [@coach]",
    ],
    ids=["cited", "cited beside the editors", "words within words", "other words"],
)
def test_what_is_no_claim_and_no_move(folder, last):
    edit(folder, MENTOR, LAST, last)
    assert read_knowledge(folder, today=TODAY).passage("mentor#example")


def test_words_to_say_may_be_thirty(folder):
    speak(folder, words=30)
    assert read_knowledge(folder, today=TODAY)


def test_words_to_say_are_no_speech(folder):
    speak(folder, words=31)
    message = "31 words to be spoken; shorten the quotation to 30 at most"
    assert faults(folder) == [f"knowledge/{SPONSOR}:37:3: {message}"]


def test_a_long_quotation_that_is_not_to_be_spoken_is_no_fault(folder):
    edit(folder, MENTOR, "Ask what the person wants to learn.", f'Read this: "{"word " * 31}."')
    assert read_knowledge(folder, today=TODAY)


def speak(folder, *, words):
    """Let the sponsor say so many words."""
    edit(folder, SPONSOR, '"I will back him."', f'"I will." Then: "{" ".join(["word"] * words)}."')


def test_a_remark_stops_nothing(folder):
    edit(folder, MENTOR, LAST, f"{'So ' * 40}he learns. [@coach]")
    checked = check_knowledge(folder, today=TODAY)
    assert checked.knowledge == read_knowledge(folder, today=TODAY)
    assert str(next(remark for remark in checked.remarks if remark.rule == "long sentence")) == (
        f"knowledge/{MENTOR}:26:1: a sentence of 42 words; make it two, or 28 words at most"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("word " * 28, []),
        ("word " * 29, ["26:1: a sentence of 29 words; make it two, or 28 words at most"]),
        (f"{'word ' * 28}. {'Word ' * 28}", []),
        (f'{"word " * 20}: "{"Word " * 20}"', []),
        (f"**{'Word ' * 10}word:** {'word ' * 20}", []),
        (f"{'word ' * 20} with Dr. {'Word ' * 20}", ["26:1: a sentence of 42 words; make it two, or 28 words at most"]),
    ],
    ids=["28 words", "29 words", "two sentences", "a quotation", "a label", "an abbreviation"],
)
def test_a_long_sentence(folder, text, told):
    edit(folder, MENTOR, LAST, f"{text.strip()}. [@coach]")
    assert remarks(folder, "long sentence", name=MENTOR) == told


@pytest.mark.parametrize(("long", "remarked"), [(3, False), (4, True)])
def test_a_page_of_long_sentences(folder, long, remarked):
    # Beside three short ones.
    edit(folder, MENTOR, LAST, "\n".join(f"{chr(65 + number)}{' word' * 20}. [@coach]" for number in range(long)))
    told = "2:1: half of the sentences have more than 20 words; shorten the longest"
    assert remarks(folder, "long sentences throughout a page", name=MENTOR) == ([told] if remarked else [])


@pytest.mark.parametrize(
    ("word", "words", "told"),
    # 0.39 words a sentence + 11.8 syllables a word - 15.59, for sentences of ten words.
    [
        ("cat", 40, []),
        ("reality", 40, ["25:1: 'example' reads at grade 35.5; use shorter words and sentences"]),
        ("reality", 30, []),
    ],
    ids=["easy", "hard", "too short to be measured"],
)
def test_a_section_that_is_hard_to_read(folder, word, words, told):
    edit(folder, MENTOR, LAST, f"{' '.join([f'{word.title()} {word} ' * 5 + '.'] * (words // 10))} [@coach]")
    assert remarks(folder, "hard to read", name=MENTOR) == told


def test_sentences_end_where_a_reader_would_breathe():
    text = 'Ask Dr. King, e.g. at 4.5 metres. "Really?" He said: "Yes." (So they did.) Then you go'
    assert len(sentences(text)) == 6


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("any", 2),
        ("create", 2),
        ("place", 1),
        ("table", 2),
        ("names", 1),
        ("asked", 1),
        ("ended", 2),
        ("university", 5),
    ],
)
def test_syllables(word, count):
    assert syllables(word) == count


def test_a_page_that_never_says_you(folder):
    assert remarks(folder, "nobody is spoken to", name=MENTOR) == []
    edit(folder, MENTOR, "talks with you, not about you", "talks with them")
    assert remarks(folder, "nobody is spoken to", name=MENTOR) == [
        "2:1: the page never says 'you'; speak to the reader"
    ]


def test_words_to_say_in_less_than_three_strengths(folder):
    mend = "give the words in three strengths, each with its label, as in `**Firm:**`"
    assert remarks(folder, "not three strengths", name=SPONSOR) == [f"35:1: 'what-to-say' has nothing plain; {mend}"]
    edit(folder, SPONSOR, "- **Firm:**", '- **Plain, to a boss:** "Look." [@coach]\n- **Firm:**')
    assert remarks(folder, "not three strengths", name=SPONSOR) == []


def test_a_section_with_few_questions(folder):
    many = "".join(f'    - "way {number} of asking"\n' for number in range(7))
    edit(folder, MENTOR, '    - "what is a mentor"\n', f'    - "what is a mentor"\n{many}')
    mend = "write at least 8, each by another person"
    assert remarks(folder, "few questions", name=MENTOR) == [
        f"19:3: only 2 questions for 'how-to'; {mend}",
        f"22:3: only 1 questions for 'example'; {mend}",
    ]


def test_a_page_that_nothing_leads_to(folder):
    assert remarks(folder, "no page leads here", name=MENTOR) == []
    edit(folder, SPONSOR, "related: [mentor]", "related: [sponsor]")
    told = "2:1: no other page has '{}' in its `related`; add it to one or two that fit"
    assert remarks(folder, "no page leads here", name=MENTOR) == [told.format("mentor")]
    edit(folder, MENTOR, "related: [sponsor]", "related: []")
    edit(folder, "situations/interruptions.md", "related: [sponsor]", "related: []")
    assert remarks(folder, "no page leads here", name=SPONSOR) == [told.format("sponsor")]
    assert remarks(folder, "no page leads here", name="boundaries/greeting.md") == []


@pytest.mark.parametrize(("day", "due"), [(date(2027, 10, 1), False), (date(2027, 10, 2), True)])
def test_a_review_is_due_after_a_year(folder, day, due):
    edit(folder, MENTOR, "reviewed: 2026-11-01", "reviewed: 2026-10-01")
    told = ["8:1: last reviewed on 2026-10-01; read it beside its sources, then set today's date"]
    assert remarks(folder, "review is due", name=MENTOR, today=day) == (told if due else [])


def test_a_contact_past_its_date(folder):
    edit(
        folder,
        CONTACTS,
        "owner: HR\n    reviewed: 2026-11-01\n    expires: 2027",
        "owner: HR\n    reviewed: 2019-11-01\n    expires: 2020",
    )
    told = ["21:5: contact 'hr' expired on 2020-11-01; ask HR, then set its dates"]
    assert remarks(folder, "contact is past its date", name=CONTACTS) == told


def test_check_shows_twenty_remarks_of_a_kind_and_all_when_asked(folder, tmp_path):
    edit(folder, MENTOR, LAST, "\n".join(f"{chr(65 + n)}{' word' * 30}. [@coach]" for n in range(23)))
    environment = {"COACH_KNOWLEDGE": str(folder), "COACH_VAR": str(tmp_path / "var")}
    shown = run_script("reindex.py", "--check", environment=environment).stdout
    assert "\nlong sentence: 23\n  knowledge/roles/mentor.md:26:1: a sentence of 31 words; make it two" in shown
    assert shown.count("a sentence of 31 words") == 20
    assert "\n  ... and 3 more; `--remarks` shows all\n" in shown
    assert "is left to the reindex: there is something to encode." in shown
    total = len(check_knowledge(folder, today=date.today()).remarks)
    assert shown.endswith(f"\n{total} remarks; remarks stop nothing.\n")
    shown = run_script("reindex.py", "--check", "--remarks", environment=environment).stdout
    assert shown.count("a sentence of 31 words") == 23
    assert "more; `--remarks`" not in shown
