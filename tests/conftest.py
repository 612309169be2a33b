"""Fixtures: a small knowledge base, indexed, and the application and the scripts over it."""

import os
import shutil
import subprocess
import sys
import urllib.request

import hypothesis
import pytest
from support import SCRIPTS, SMALL_KNOWLEDGE, TODAY, Quiet, Site, WordEncoder, free_port, wait_until

from app import create_app
from coach.content.knowledge import read_knowledge
from coach.reindex import reindex
from coach.settings import ROOT, Settings

# Eight properties: some 2,000 cases, or with `--long` some 50,000, each of which must take less than a second.
hypothesis.settings.register_profile(
    "short",
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.register_profile(
    "long", max_examples=6500, deadline=1000, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="try far more cases where cases are made up")


def pytest_configure(config):
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "short")


@pytest.fixture(scope="session")
def shipped():
    """The whole knowledge base as it is shipped, read once; change nothing in it."""
    return read_knowledge(ROOT / "knowledge", today=TODAY)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The small knowledge base, indexed once; copy it before you change anything."""
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(SMALL_KNOWLEDGE, root / "knowledge")
    settings = Settings(knowledge=root / "knowledge", var=root / "var")
    reindex(settings, WordEncoder(), Quiet(), today=TODAY)
    return settings


@pytest.fixture
def folder(tmp_path):
    """A copy of the small knowledge base, free to be broken."""
    return shutil.copytree(SMALL_KNOWLEDGE, tmp_path / "knowledge")


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


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    """Folder and environment of a small knowledge base for the scripts, not indexed yet."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(SMALL_KNOWLEDGE, folder / "knowledge")
    # Without limits: all the tests together are one busy client.
    environment = {"COACH_LIMIT_CLIENT": "", "COACH_LIMIT_ALL": ""}
    return folder, {"COACH_KNOWLEDGE": str(folder / "knowledge"), "COACH_VAR": str(folder / "var"), **environment}


@pytest.fixture(scope="session")
def site(small_site):
    """The chat, served by scripts/serve.py, which builds the index first."""
    folder, environment = small_site
    port = free_port()
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPTS / "serve.py"), "--port", str(port)],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: urllib.request.urlopen(f"{address}/readyz"), seconds=300, what="the start of the server")
        yield Site(address, folder, environment, log, process)
    finally:
        process.terminate()
        process.wait(timeout=30)
