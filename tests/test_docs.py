"""The README tells the truth: its settings, scripts and fields are those of the code, and no others."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from coach.choices import PassageKind
from coach.content.models import BoundaryFields, PageFields, SourceFields
from coach.content.tool_models import NextStepFile, RoleFinderFile
from coach.figures import table
from coach.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
GUIDE = re.sub(r"```.*?```", "", (ROOT / "knowledge" / "README.md").read_text(), flags=re.DOTALL)
SCRIPTS = sorted(path.name for path in (ROOT / "scripts").glob("[a-z]*.py"))


def first_cells(text, heading):
    """The code names in the first column of the table under a heading."""
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    ]


def test_every_setting_is_in_the_readme_and_no_other():
    assert first_cells(README, "Settings") == [PREFIX + field.name.upper() for field in fields(Settings)]


def test_every_script_is_in_the_readme_and_no_other():
    named = {re.search(r"scripts/(\w+\.py)", cell)[1] for cell in first_cells(README, "Run it")}
    assert sorted(named) == SCRIPTS


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_option_of_a_script_is_in_the_readme(name):
    if name == "test.py":
        return
    done = subprocess.run([sys.executable, ROOT / "scripts" / name, "--help"], capture_output=True, text=True)
    row = next(line for line in README.splitlines() if line.startswith(f"| `python3 scripts/{name}"))
    assert set(re.findall(r"--\w+", done.stdout)) - {"--help"} == set(re.findall(r"--\w+", row.split("|")[1]))


def test_every_field_is_in_the_writers_guide_and_no_other():
    pages, boundaries = set(PageFields.model_fields), set(BoundaryFields.model_fields)
    assert set(first_cells(GUIDE, "A page")) == pages
    assert set(first_cells(GUIDE, "Pages in `boundaries/`")) == boundaries - pages
    facts = {"f1", "f2", "about", "says", "recheck"}
    assert set(first_cells(GUIDE, "Sources")) - facts == set(SourceFields.model_fields)


def test_every_field_of_the_tools_is_in_the_writers_guide_and_no_other():
    assert set(first_cells(GUIDE, "The role finder")) == all_fields(RoleFinderFile)
    assert set(first_cells(GUIDE, "The next step")) == all_fields(NextStepFile)


def all_fields(model):
    """The names of a model's fields, and of those of the models in them."""
    schema = model.model_json_schema(by_alias=False)
    return {name for each in (schema, *schema["$defs"].values()) for name in each.get("properties", {})}


def test_every_section_kind_is_in_the_writers_guide_and_no_other():
    assert first_cells(GUIDE, "Sections") == list(PassageKind)


def test_the_figures_in_the_readme_are_those_of_the_knowledge_base(shipped):
    counted = table(shipped)
    assert counted in README, f"put this into README.md, under 'What there is now':\n{counted}"
