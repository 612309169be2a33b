"""What is measured: ours and the stacks, each as commands that start it and that build its index from nothing."""

import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = Path(__file__).with_name("stack.py")
# What each peer needs besides torch and sentence-transformers, which all share with the project.
PEERS = {
    "txtai": ["txtai"],
    "langchain": ["langchain-community", "langchain-huggingface"],
    "llamaindex": ["llama-index-core", "llama-index-embeddings-huggingface"],
    "haystack": ["haystack-ai", "sentence-transformers-haystack"],
    "chroma": ["chromadb"],
}


@dataclass(frozen=True)
class System:
    """Commands that build its index and serve it; `serve` ends in the option or argument before the port."""

    name: str
    build: list[str]
    serve: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether it is the coach."""
        return "COACH_VAR" in self.environment

    def run_build(self) -> None:
        """Build the index from nothing, or from what is there."""
        done = subprocess.run(self.build, env=self._environment(), capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{self.name} could not build its index:\n{done.stderr[-3000:]}")

    def start(self, port: int) -> subprocess.Popen:
        """Start serving."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([*self.serve, str(port)], env=self._environment(), **quiet)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
        return kept | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"} | self.environment


def ours(folder: Path, knowledge: Path, precision: str) -> System:
    """The coach over a copy of the words, with a folder of its own for all that it builds."""
    scripts = ROOT / "scripts"
    copy = folder / "knowledge"
    if not copy.exists():
        shutil.copytree(knowledge, copy)
    return System(
        name=f"the coach, {precision}",
        # Time is measured here; how the golden questions fare is another matter.
        build=[sys.executable, str(scripts / "reindex.py"), "--accept", "for the benchmark"],
        serve=[sys.executable, str(scripts / "serve.py"), "--port"],
        folder=folder,
        environment=_environment(knowledge=copy, var=folder / "var") | {"COACH_PRECISION": precision},
    )


def installed() -> System:
    """The coach over the words and the index of this checkout, for serving."""
    environment = _environment(knowledge=ROOT / "knowledge", var=ROOT / "var")
    return System("the coach", [], [], ROOT, environment)


def _environment(*, knowledge: Path, var: Path) -> dict[str, str]:
    # One client asks far more than a person could.
    unlimited = {"COACH_LIMIT_CLIENT": "", "COACH_LIMIT_ALL": ""}
    return {"COACH_KNOWLEDGE": str(knowledge), "COACH_VAR": str(var)} | unlimited


def tuned(system: System, *, threads: int, encoding_threads: int, spin: bool) -> System:
    """The coach as it is, but for the threads that answer and those of one encoding."""
    return replace(
        system,
        serve=[sys.executable, "-m", "benchmark.tuned", str(encoding_threads), str(int(spin))],
        environment=system.environment | {"COACH_THREADS": str(threads), "PYTHONPATH": str(ROOT)},
    )


def stack(name: str, folder: Path, texts: list[str], model: Path, python: str = sys.executable) -> System:
    """A stack over the same texts and the same model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "input.json").write_text(json.dumps(texts))
    commands = [[python, str(STACK), name, what, str(model), str(folder)] for what in ("build", "serve")]
    return System(name, *commands, folder)


def peer_python(name: str, folder: Path) -> str:
    """The Python of a peer's own environment, made now if it is missing or unfinished; it sees the project's torch."""
    python = folder / name / "bin" / "python"
    if not python.exists():
        venv.create(folder / name, with_pip=True)
        (site,) = (folder / name / "lib").glob("python*/site-packages")
        (shared,) = (Path(sys.prefix) / "lib").glob("python*/site-packages")
        (site / "shared.pth").write_text(f"{shared}\n")
    # Each time: an install that failed is made good by the next run, and one that did not takes a moment.
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[name]], check=True)
    return str(python)
