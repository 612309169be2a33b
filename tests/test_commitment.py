"""The next step: what makes a plan, whom it names, when it asks, and the files it can be taken away in."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from support import SMALL_KNOWLEDGE, TODAY

from coach.content.knowledge import read_knowledge
from coach.errors import PlanRefused
from coach.tools.commitment import Plan, check_back, choices, initials, is_initials, opening, read_plan
from coach.tools.exports import to_calendar, to_markdown

LINK = "https://coach.example/tools/check-back"
FIELDS = {"when": "If Ana is cut off", "will": "hand the floor back", "whom": "A.B.", "check_back": "2026-11-29"}
HOSTILE = [
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:evil",
    "x\nATTACH:http://evil.example",
    "x\u2028BEGIN:VALARM",
    "x\x85BEGIN:VALARM",
    "x\x0bBEGIN:VALARM\x0c",
    "x\\nBEGIN:VALARM",
    "a;b,c:d\\e\"f'",
    "\u202egnp.exe",
    "🏳️‍🌈 " * 40,
    "ü" * 190,
]


@pytest.fixture(scope="module")
def knowledge():
    return read_knowledge(SMALL_KNOWLEDGE, today=TODAY)


def plan(**fields):
    return read_plan(FIELDS | fields, today=TODAY)


def problems(**fields):
    with pytest.raises(PlanRefused) as refused:
        plan(**fields)
    return refused.value.problems


def event(made):
    calendar = Calendar.from_ical(to_calendar(made, link=LINK))
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT", "VALARM"]
    assert calendar.errors == []
    return calendar.walk("VEVENT")[0]


def test_a_plan_is_what_was_written_on_one_line_each():
    made = plan(when=" If\tAna\n is cut\u200b off ")
    assert made == Plan("If Ana is cut off", "hand the floor back", "A.B.", date(2026, 11, 29), "")


@pytest.mark.parametrize("field", ["when", "will", "check_back"])
@pytest.mark.parametrize("empty", ["", "   ", "\u200b\x00", "\u2800"])
def test_moment_step_and_day_are_needed(field, empty):
    assert list(problems(**{field: empty})) == [field]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_form():
    assert list(problems(check_back="", when="", whom="Amara", will="x" * 401)) == [
        "when",
        "will",
        "whom",
        "check_back",
    ]


@pytest.mark.parametrize("typed", ["A.B.", "AB", "a b", "A. B", "a.b.", "A-B", " A B "])
def test_initials_are_taken_however_they_are_spelled(typed):
    assert plan(whom=typed).whom == "A.B."


def test_a_plan_may_be_for_nobody_in_particular():
    assert plan(whom="").whom == ""


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Amara Bello", "A.B."),
        ("Amara B.", "A.B."),
        ("jo", "J."),
        ("Jean-Luc O'Neil", "J.L.O.N."),
        ("Émile Zola", "É.Z."),
        ("王伟", "王."),
        ("ALEXANDRA", "A."),
    ],
)
def test_a_name_is_refused_kindly_with_its_initials(name, short):
    assert not is_initials(name)
    assert initials(name) == short
    assert problems(whom=name) == {"whom": f"initials are enough, so that the plan names nobody; “{short}” would do"}


@pytest.mark.parametrize("typed", ["123", "🙂", "@", "-"])
def test_what_holds_no_letter_is_no_initial(typed):
    assert "write the letters" in problems(whom=typed)["whom"]


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2026-11-21", "that day has passed"),
        ("2027-11-24", "more than a year away"),
        ("2026-02-30", "the calendar has no such day"),
        ("29/11/2026", "write the day as year, month and day, as in 2026-11-29"),
        ("20261129", "write the day"),
        ("2026-W48-7", "write the day"),
        ("٢٠٢٦-١١-٢٩", "write the day"),
        ("tomorrow", "write the day"),
    ],
)
def test_a_day_that_cannot_be_is_told(day, problem):
    assert problem in problems(check_back=day)["check_back"]


@pytest.mark.parametrize("day", ["2026-11-22", "2027-11-23", " 2026-11-29 "])
def test_a_day_from_today_on_within_a_year_will_do(day):
    assert plan(check_back=day).check_back.isoformat() == day.strip()


def test_a_plan_is_due_from_its_day_on_and_past_a_month_later():
    made = plan()
    assert [made.is_due(made.check_back + timedelta(days)) for days in (-1, 0, 1)] == [False, True, True]
    assert [made.is_past(made.check_back + timedelta(days)) for days in (0, 30, 31)] == [False, False, True]


def test_the_steps_of_the_pages_how_to_can_be_chosen_asking_first(knowledge):
    assert [(choice.label, choice.text) for choice in choices(knowledge, "sponsor#pitfall")] == [
        ("First, ask:", '"Would it help if I spoke about your work?"'),
        ("In ten seconds:", "Name the person whose idea it was."),
    ]


@pytest.mark.parametrize("passage", ["", "nothing#at-all", "crisis#boundary"])
def test_a_passage_without_steps_leaves_the_words_to_the_reader(knowledge, passage):
    assert choices(knowledge, passage) == ()
    assert list(opening(knowledge, passage).sources) == ["alpha-study"]


def test_a_step_that_went_badly_leads_to_repair_and_people(knowledge):
    reply = check_back(knowledge, "badly")
    assert [block.heading for block in reply.blocks] == ["Look after the person", "When sponsoring backfires"]
    assert [contact.kind for contact in reply.contacts] == ["hr"]
    assert [suggestion.label for suggestion in reply.suggestions] == ["Words for a sponsor"]


def test_the_calendar_file_holds_one_private_day_and_its_alarm():
    found = event(plan())
    assert found.decoded("dtstart") == date(2026, 11, 29)
    assert found.decoded("dtend") == date(2026, 11, 30)
    assert (found["class"], found["transp"], found["url"]) == ("PRIVATE", "TRANSPARENT", LINK)
    assert "Ana" not in found["summary"]
    assert found["description"].splitlines() == [
        "When: If Ana is cut off",
        "I will: hand the floor back",
        "For: A.B.",
        f"How did it go? {LINK}",
    ]
    assert found.walk("VALARM")[0].decoded("trigger") == timedelta(hours=9)


@pytest.mark.parametrize("field", ["when", "will"])
@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_typed_breaks_out_of_the_calendar_file(field, typed):
    made = plan(**{field: typed})
    found = event(made)
    assert found["description"].split("\n") == [
        f"When: {made.when}",
        f"I will: {made.will}",
        "For: A.B.",
        f"How did it go? {LINK}",
    ]
    raw = to_calendar(made, link=LINK)
    assert raw.count(b"BEGIN:VEVENT\r\n") == raw.count(b"BEGIN:VALARM\r\n") == 1
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_markdown_shows_what_was_typed_as_text():
    text = to_markdown(plan(will="say *stop* <b>now</b> [x](y) `z`"), link=LINK)
    assert r"- **I will:** say \*stop\* \<b\>now\</b\> \[x\](y) \`z\`" in text
    assert "- **For:** A.B." in text
    assert r"- **I will:** say \&copy; \#1" in to_markdown(plan(will="say &copy; #1"), link=LINK)
    assert "- **Check back on:** 2026-11-29" in text
    assert f"<{LINK}>" in text
