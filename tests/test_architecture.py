"""The house rules: imports point one way, each library has one room, nothing is read at import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COACH = ROOT / "coach"
# Each room may import the rooms before it; those on one line do not know each other.
FLOORS = [
    {"choices", "errors", "process_memory"},
    {"types"},
    {"settings"},
    {"file_hashes", "inbox", "rendering"},
    {"content", "search"},
    {"encoders"},
    {"staleness", "dialogue", "tools", "figures", "self_check", "repeats", "fault_formats"},
    {"published"},
    {"versions"},
    {"check"},
    {"reindex", "live", "evaluation"},
    {"bench"},
    {"web"},
]
ROOMS = {
    "faiss": ["search/index.py"],
    "sentence_transformers": ["search/encoder.py", "search/adapting.py"],
    "torch": ["search/learning.py", "search/onnx_export.py", "search/adapting.py"],
    "onnx": ["search/onnx_export.py"],
    "onnxruntime": ["search/onnx_encoder.py", "search/onnx_export.py"],
    "peft": ["search/encoder.py", "search/adapting.py"],
    "flask": ["web"],
    "yaml": ["content"],
}
ROOMS |= {
    "pyphen": ["content/rules/readability.py"],
    "markdown_it": ["content"],
    "itsdangerous": ["web/state.py"],
    "sqlalchemy": ["inbox.py"],
    "flask_compress": ["web/__init__.py"],
    "icalendar": ["tools/exports.py", "bench/calendar.py"],
    "flask_limiter": ["web/limits.py"],
    "prometheus_client": ["web/metrics.py"],
    "waitress": ["web/server.py"],
    "gunicorn": ["web/worker.py", "web/serving.py"],
    "watchfiles": ["bench/watching.py"],
}
FILES = sorted(COACH.rglob("*.py"))


def imports(path):
    """Every module that a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def room(path):
    return path.relative_to(COACH).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(COACH)))
def test_imports_point_one_way(path):
    if path == COACH / "__init__.py":
        return
    floor = next(number for number, rooms in enumerate(FLOORS) if room(path) in rooms)
    allowed = set().union(*FLOORS[:floor], {room(path)})
    used = {name.split(".")[1] for name in imports(path) if name.startswith("coach.")}
    assert used <= allowed


@pytest.mark.parametrize("library", ROOMS)
def test_each_library_has_its_room(library):
    users = {
        str(path.relative_to(COACH)) for path in FILES if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users
    assert all(any(user.startswith(room) for room in ROOMS[library]) for user in users)


def test_importing_the_application_reads_and_loads_nothing():
    code = "import sys, app; print([name for name in ('torch', 'sentence_transformers') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={"COACH_X": "bad"}
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_no_file_outgrows_its_room():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in [*FILES, ROOT / "app.py"]}
    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}
