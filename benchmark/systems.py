"""What is measured: ours and the stacks, each as commands that start it and that build its index from nothing."""

import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = Path(__file__).with_name("stack.py")
# What each peer needs besides torch and sentence-transformers, which all share with the project.
PEERS = {
    "txtai": ["txtai"],
    "langchain": ["langchain-community", "langchain-huggingface"],
    "llamaindex": ["llama-index-core", "llama-index-embeddings-huggingface"],
    "haystack": ["haystack-ai"],
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
        build=[sys.executable, str(scripts / "reindex.py")],
        serve=[sys.executable, str(scripts / "serve.py"), "--port"],
        folder=folder,
        environment={
            "COACH_KNOWLEDGE": str(copy),
            "COACH_VAR": str(folder / "var"),
            "COACH_PRECISION": precision,
        },
    )


def stack(name: str, folder: Path, texts: list[str], model: Path, python: str = sys.executable) -> System:
    """A stack over the same texts and the same model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "input.json").write_text(json.dumps(texts))
    commands = [[python, str(STACK), name, what, str(model), str(folder)] for what in ("build", "serve")]
    return System(name, *commands, folder)


def peer_python(name: str, folder: Path) -> str:
    """The Python of a peer's own environment, made now if there is none; it sees the project's torch."""
    python = folder / name / "bin" / "python"
    if not python.exists():
        venv.create(folder / name, with_pip=True)
        (site,) = (folder / name / "lib").glob("python*/site-packages")
        (shared,) = (Path(sys.prefix) / "lib").glob("python*/site-packages")
        (site / "shared.pth").write_text(f"{shared}\n")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[name]], check=True)
    return str(python)
