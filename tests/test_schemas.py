"""What an editor knows of the files: the schemas are those of the check, and each YAML file names its own."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from coach.content.schemas import FOLDER, modeline, schema_files, write_schemas

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
YAML_FILES = sorted([*KNOWLEDGE.glob("*.yaml"), *KNOWLEDGE.glob("*/*.yaml")])
ALL_FILES = [*YAML_FILES, *sorted(KNOWLEDGE.glob("*/*.md"))]


def as_typed(path):
    """The fields of a file as a language server sees them: dates are text there."""
    text = path.read_text("utf-8")
    fields = yaml.safe_load(text.split("---\n")[1] if path.suffix == ".md" else text)
    return json.loads(json.dumps(fields, default=date.isoformat))


def complaints(path, fields):
    schema = json.loads((path.parent / modeline(path).partition("=")[2]).read_text("utf-8"))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(fields)]


def test_the_schemas_are_those_of_the_check():
    written = {path.name: path.read_text("utf-8") for path in (KNOWLEDGE / FOLDER).iterdir()}
    assert written == schema_files(), "run python3 scripts/reindex.py, which writes them"


def test_every_yaml_file_names_its_schema():
    assert [path.name for path in YAML_FILES if path.read_text("utf-8").splitlines()[0] != modeline(path)] == []


def test_an_editor_finds_no_fault_in_what_the_check_passes():
    assert {path.name: told for path in ALL_FILES if (told := complaints(path, as_typed(path)))} == {}


@pytest.mark.parametrize(
    ("name", "field", "value", "told"),
    [
        ("roles/sponsor.md", "level", "person", "'person' is not one of ['individual', 'organisation', 'both']"),
        ("roles/sponsor.md", "titel", "Sponsor", "Additional properties are not allowed ('titel' was unexpected)"),
        ("boundaries/crisis.md", "reply", "answer", "'answer' is not one of"),
        ("sources/coach.yaml", "evidence", "rumour", "'rumour' is not one of"),
        ("contacts.yaml", "contacts", [{}], "'id' is a required property"),
    ],
)
def test_an_editor_tells_a_wrong_value(name, field, value, told):
    path = KNOWLEDGE / name
    assert any(told in each for each in complaints(path, as_typed(path) | {field: value}))


def test_schemas_are_written_once_and_mended(tmp_path):
    write_schemas(tmp_path)
    path = tmp_path / FOLDER / "page.json"
    path.write_text("{}")
    kept = (tmp_path / FOLDER / "source.json").stat().st_mtime_ns
    write_schemas(tmp_path)
    assert path.read_text() == schema_files()["page.json"]
    assert (tmp_path / FOLDER / "source.json").stat().st_mtime_ns == kept


def test_a_folder_that_may_not_be_written_is_no_error(tmp_path):
    (tmp_path / FOLDER).write_text("in the way")
    write_schemas(tmp_path)
    assert (tmp_path / FOLDER).read_text() == "in the way"
