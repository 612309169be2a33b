"""A small knowledge base, a fake embedding model with exact meaning, and the application over both."""

import re
import shutil
import zlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app import create_app
from coach.reindex import reindex
from coach.settings import Settings

SMALL_KNOWLEDGE = Path(__file__).parent / "data" / "knowledge"
TODAY = date(2026, 11, 22)
WORD = re.compile(r"\w+")


class WordEncoder:
    """Shared words make near vectors: each word has a direction of its own, a text is their sum."""

    def __init__(self, identity: str = "words"):
        self.identity = identity
        self.encoded: list[str] = []

    def encode(self, texts, *, progress=False):
        self.encoded += texts
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.casefold()):
                vectors[row, zlib.crc32(word.encode()) % 511] += 1
            # A text without words still needs a direction.
            vectors[row, 511] = 0.01
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Quiet:
    """Progress that nobody watches."""

    def stage(self, what):
        pass


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The small knowledge base, indexed once; copy it before you change anything."""
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(SMALL_KNOWLEDGE, root / "knowledge")
    settings = Settings(knowledge=root / "knowledge", var=root / "var")
    reindex(settings, WordEncoder(), Quiet(), today=TODAY)
    return settings


@pytest.fixture
def settings(built, tmp_path):
    """Settings over a copy of the small knowledge base and its index, free to be changed."""
    shutil.copytree(built.knowledge, tmp_path / "knowledge")
    shutil.copytree(built.var, tmp_path / "var")
    return Settings(knowledge=tmp_path / "knowledge", var=tmp_path / "var")


@pytest.fixture
def encoder():
    return WordEncoder()


@pytest.fixture
def app(settings, encoder):
    return create_app(settings, lambda: encoder)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def publish(settings, encoder):
    """Publishes the words in `settings.knowledge` as they stand now, and returns the report."""
    return lambda: reindex(settings, encoder, Quiet(), today=TODAY)
