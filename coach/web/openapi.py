"""The description of the JSON API in OpenAPI 3.1."""

from coach.choices import AnswerKind, Evidence, Intent, PassageKind, Role
from coach.dialogue.messages import LONGEST_MESSAGE

TEXT = {"type": "string"}
NUMBERS = {"type": "array", "items": {"type": "integer", "minimum": 1}}


def document() -> dict:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Allyship Coach",
            "version": "1",
            "description": "Sourced guidance on allyship at work. Nothing that is sent is kept.",
        },
        "paths": {
            "/api/chat": {"post": _chat()},
            "/healthz": {"get": _probe("The process lives")},
            "/readyz": {"get": _probe("An index is loaded") | {"responses": _ready_responses()}},
        },
        "components": {"schemas": _schemas()},
    }


def _chat() -> dict:
    return {
        "operationId": "chat",
        "summary": "One turn of a conversation",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("ChatRequest")}}},
        "responses": {
            "200": _json("The reply", "Answer"),
            "400": _problem("The message or the state is refused"),
            "413": _problem("The body is too large"),
            "415": _problem("The body is not JSON"),
            "503": _problem("There is no usable index"),
        },
    }


def _probe(summary: str) -> dict:
    return {"summary": summary, "responses": {"200": {"description": summary}}}


def _ready_responses() -> dict:
    return {"200": {"description": "Ready; says the index's version"}, "503": _problem("There is no usable index")}


def _schemas() -> dict:
    return {
        "ChatRequest": _object(
            message=TEXT | {"minLength": 1, "maxLength": LONGEST_MESSAGE},
            state={"type": ["string", "null"], "description": "The `state` of the last reply"},
            required=["message"],
        ),
        "Answer": _object(
            kind=_choice(AnswerKind),
            intent=_choice(Intent),
            topics=_list(TEXT | {"description": "Ids of the pages that answered, nearest first"}),
            roles=_list(_choice(Role)),
            blocks=_list(_ref("Block")),
            more=_list(_ref("Block")),
            contacts=_list(_ref("Contact")),
            citations=_list(_ref("Citation")),
            suggestions=_list(_ref("Suggestion")),
            alternatives=_list(_ref("Suggestion")),
            text=TEXT,
            state=TEXT,
            index=TEXT,
        ),
        "Suggestion": _object(label=TEXT, message=TEXT),
        "Block": _object(
            kind=_choice(PassageKind),
            heading=TEXT,
            passage=TEXT,
            statements=_list(_object(text=TEXT, citations=NUMBERS)),
        ),
        "Contact": _object(kind=TEXT, name=TEXT, says=TEXT, country=TEXT, phone=TEXT, url=TEXT, citations=NUMBERS),
        "Citation": _object(n={"type": "integer", "minimum": 1}, source=_ref("Source"), facts=_list(TEXT)),
        "Source": _object(
            id=TEXT, title=TEXT, author=TEXT, publisher=TEXT, issued=TEXT, URL=TEXT, evidence=_choice(Evidence)
        ),
        "Problem": _object(type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT),
    }


def _object(*, required: list[str] | None = None, **properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": required or list(properties)}


def _list(items: dict) -> dict:
    return {"type": "array", "items": items}


def _choice(choices: type) -> dict:
    return {"type": "string", "enum": [str(choice) for choice in choices]}


def _ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(description: str, schema: str, media_type: str = "application/json") -> dict:
    return {"description": description, "content": {media_type: {"schema": _ref(schema)}}}


def _problem(description: str) -> dict:
    return _json(description, "Problem", "application/problem+json")
