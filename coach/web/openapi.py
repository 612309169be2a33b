"""The description of the JSON API in OpenAPI 3.1."""

from coach.choices import AnswerKind, Evidence, Intent, PassageKind, Role
from coach.dialogue.messages import LONGEST_MESSAGE
from coach.tools.commitment import LONGEST

TEXT = {"type": "string"}
STATE = {"type": ["string", "null"], "description": "The `state` of the last reply"}
_PLAN = {
    "when": TEXT | {"minLength": 1, "maxLength": LONGEST["when"]},
    "will": TEXT | {"minLength": 1, "maxLength": LONGEST["will"]},
    "whom": TEXT | {"maxLength": LONGEST["whom"], "description": "Initials, or empty"},
    "check_back": TEXT | {"format": "date"},
    "passage": TEXT | {"description": "The passage that the step came from, or empty"},
}
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
            "/api/chat": {"post": _post("chat", "One turn of a conversation", "ChatRequest", "Answer")},
            "/api/role-finder": {
                "get": _probe("The questions of the role finder, and their answers") | {"responses": _questions()},
                "post": _post("findRole", "One or two ally roles, with reasons", "RoleFinderRequest", "Answer"),
            },
            "/api/next-step": {"post": _post("planNextStep", "An if-then plan", "NextStepRequest", "NextStep")},
            "/healthz": {"get": _probe("The process lives")},
            "/readyz": {"get": _probe("An index is loaded") | {"responses": _ready_responses()}},
        },
        "components": {"schemas": _schemas()},
    }


def _post(operation: str, summary: str, body: str, reply: str) -> dict:
    return {
        "operationId": operation,
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(body)}}},
        "responses": {
            "200": _json("The reply", reply),
            "400": _problem("What was sent, or the state, is refused"),
            "413": _problem("The body is too large"),
            "415": _problem("The body is not JSON"),
            "429": _problem("Too much is asked at once; Retry-After says when to ask again"),
            "503": _problem("There is no usable index"),
        },
    }


def _questions() -> dict:
    return {"200": _json("The questions", "Questions"), "503": _problem("There is no usable index")}


def _probe(summary: str) -> dict:
    return {"summary": summary, "responses": {"200": {"description": summary}}}


def _ready_responses() -> dict:
    return {"200": {"description": "Ready; says the index's version"}, "503": _problem("There is no usable index")}


def _schemas() -> dict:
    return {
        "ChatRequest": _object(
            message=TEXT | {"minLength": 1, "maxLength": LONGEST_MESSAGE},
            state=STATE,
            required=["message"],
        ),
        "RoleFinderRequest": _object(
            answers={"type": "object", "additionalProperties": TEXT, "description": "A question's id to an answer's"},
            state=STATE,
            required=["answers"],
        ),
        "Questions": _object(
            questions=_list(_object(id=TEXT, asks=TEXT, answers=_list(_object(id=TEXT, says=TEXT)))),
        ),
        "NextStepRequest": _object(**_PLAN, state=STATE, required=["when", "will", "check_back"]),
        "NextStep": _object(
            plan=_object(**_PLAN),
            markdown=TEXT,
            calendar=TEXT | {"description": "An iCalendar file (RFC 5545)"},
            reply={
                "anyOf": [_ref("Answer"), {"type": "null"}],
                "description": "Whom to turn to, if the words call for it",
            },
            state=TEXT,
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
