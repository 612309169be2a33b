"""JSON Schemas of the files in `knowledge/`, which let an editor complete and check them as somebody types."""

import json
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from coach.content import models, tool_models
from coach.content.strays import CONTACTS, FOLLOW_UPS, GOLDEN, NEXT_STEP, ROLE_FINDER, SMALL_WORDS, SOURCES

FOLDER = ".schema"
SCHEMAS: dict[str, type[BaseModel]] = {
    "page": models.PageFields,
    "boundary": models.BoundaryFields,
    "source": models.SourceFields,
    "contacts": models.ContactsFile,
    "follow-ups": models.FollowUpsFile,
    "small-words": models.SmallWordsFile,
    "golden-questions": models.GoldenFile,
    "role-finder": tool_models.RoleFinderFile,
    "next-step": tool_models.NextStepFile,
}
MODELINE = "# yaml-language-server: $schema="
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TOP = {CONTACTS, FOLLOW_UPS, GOLDEN, SMALL_WORDS}
TOOLS = {Path(ROLE_FINDER).name, Path(NEXT_STEP).name}


def schema_files() -> dict[str, str]:
    """The text of each schema by its file's name, made from the models that the check itself uses."""
    return {f"{name}.json": _schema(model) for name, model in SCHEMAS.items()}


def write_schemas(knowledge: Path) -> None:
    """Bring the schemas in a knowledge base up to date; where they cannot be written, nothing is lost."""
    folder = knowledge / FOLDER
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        for name, text in schema_files().items():
            path = folder / name
            if not path.is_file() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")


def modeline(path: Path) -> str:
    """The modeline of the file at `path` in a knowledge base: which schema its language server should use."""
    if path.name in TOP:
        return f"{MODELINE}{FOLDER}/{path.stem}.json"
    if path.name in TOOLS:
        return f"{MODELINE}../{FOLDER}/{path.stem}.json"
    kinds = {SOURCES: "source", "boundaries": "boundary"}
    return f"{MODELINE}../{FOLDER}/{kinds.get(path.parent.name, 'page')}.json"


def _schema(model: type[BaseModel]) -> str:
    return json.dumps({"$schema": DRAFT, **model.model_json_schema()}, ensure_ascii=False, indent=1) + "\n"
