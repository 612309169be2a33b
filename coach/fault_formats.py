"""Faults and remarks for programs: JSON for editors, workflow commands for GitHub."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from coach.errors import CoachError, ContentFaults, Fault, Remark


def to_json(found: Iterable[Fault], **more: object) -> str:
    """One object: `faults` and `remarks`, each with path, line, column and message, and whatever else is told."""
    found = list(found)
    told = {
        "faults": [asdict(fault) for fault in found if not isinstance(fault, Remark)],
        "remarks": [asdict(fault) for fault in found if isinstance(fault, Remark)],
    }
    return json.dumps(told | more, ensure_ascii=False, indent=1)


def to_github(found: Iterable[Fault]) -> str:
    """One workflow command a line, which GitHub shows at the place in the file; remarks are warnings."""
    return "\n".join(map(_command, found))


def error_to_json(error: CoachError | OSError) -> str:
    """The same object for what went wrong before, or instead of, any fault."""
    return to_json(error.faults) if isinstance(error, ContentFaults) else to_json([], error=str(error))


def error_to_github(error: CoachError | OSError) -> str:
    """Workflow commands for what went wrong."""
    return to_github(error.faults) if isinstance(error, ContentFaults) else f"::error::{_escaped(str(error))}"


def _command(fault: Fault) -> str:
    kind = "warning" if isinstance(fault, Remark) else "error"
    path = _escaped(fault.path).replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} file={path},line={fault.line},col={fault.column}::{_escaped(fault.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
