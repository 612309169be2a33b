"""Content that would hurt the running chat or the check itself: each is a fault, never a crash, never published."""

import pytest
from support import TODAY

from coach.content.knowledge import read_knowledge
from coach.errors import ContentFaults


def faults(settings):
    """Every fault of the knowledge base as it stands, as lines."""
    with pytest.raises(ContentFaults) as raised:
        read_knowledge(settings.knowledge, today=TODAY)
    return [str(fault) for fault in raised.value.faults]


def replace(settings, name, old, new):
    path = settings.knowledge / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("depth", [13, 500, 100_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_values_nested_beyond_need(settings, depth, brackets):
    opened = "[" * depth if brackets == "[]" else "{a: " * depth
    replace(settings, "roles/mentor.md", "related: [sponsor]", f"related: {opened}")
    assert faults(settings)[0].startswith("knowledge/roles/mentor.md:7:")
    assert "nested more than 12 deep" in faults(settings)[0]


def test_a_file_beyond_all_measure(settings):
    (settings.knowledge / "roles" / "mentor.md").write_text("A sentence. [@coach]\n" * 60_000)
    assert "knowledge/roles/mentor.md:1:1: larger than 1 MB, which no page needs; divide it" in faults(settings)


def test_what_editors_leave_beside_a_page_is_passed_over(settings):
    (settings.knowledge / "roles" / ".#sponsor.md").symlink_to("somebody@somewhere.1")
    (settings.knowledge / "roles" / ".sponsor.md.swp").write_bytes(b"\xff\xfe")
    assert read_knowledge(settings.knowledge, today=TODAY)


def test_a_folder_that_is_named_like_a_page(settings):
    (settings.knowledge / "roles" / "x.md").mkdir()
    assert faults(settings) == ["knowledge/roles/x.md:1:1: cannot be read (Is a directory); mend its permissions"]


def test_the_page_for_people_in_danger_cannot_be_removed(settings):
    (settings.knowledge / "boundaries" / "crisis.md").unlink()
    assert any("there is no page 'crisis.md'; nobody in danger would be heard" in fault for fault in faults(settings))


def test_an_escalation_must_lead_to_people(settings):
    replace(settings, "boundaries/crisis.md", "contacts: [crisis-line, emergency]", "contacts: []")
    assert faults(settings) == [
        "knowledge/boundaries/crisis.md:11:1: an escalation must point to people; name kinds of contact"
    ]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("roles/mentor.md", '  definition:\n    - "what is a mentor"\n', "  definition: []\n"),
        ("follow-ups.yaml", "follow_ups:", "follow_ups: {}\n# "),
    ],
)
def test_a_list_that_the_coach_needs_is_not_empty(settings, name, old, new):
    replace(settings, name, old, new)
    assert faults(settings)


def test_a_starter_is_something_to_ask_for(settings):
    replace(settings, "small-words.yaml", "sponsor#how-to", "crisis#boundary")
    assert "unknown passage 'crisis#boundary' among the starters" in faults(settings)[0]
