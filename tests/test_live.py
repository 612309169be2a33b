"""A running process and the index under it: missing, damaged, of another model, replaced, and back again."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import WordEncoder, ask, touch

from app import create_app
from coach import published
from coach.errors import EncoderError
from coach.search import store

ASKED = "how do I sponsor someone"


def told(client):
    """What /readyz, the API and the page say, after a look that they agree."""
    detail = client.get("/readyz").json["detail"]
    assert client.get("/readyz").status_code == 503
    for response in (ask(client), client.get("/"), client.post("/", data={"message": "my words"})):
        assert response.status_code == 503
    assert ask(client).json["detail"] == detail
    assert ask(client).headers["Retry-After"] == "5"
    assert "python3 scripts/reindex.py" in client.get("/").text
    assert 'value="my words"' in client.post("/", data={"message": "my words"}).text
    assert client.get("/healthz").status_code == 200
    return detail


@pytest.fixture
def version(settings):
    return store.current_version(settings.index_folder)


def test_without_an_index_it_says_so_and_recovers_when_there_is_one(settings, client, publish):
    shutil.rmtree(settings.index_folder)
    assert told(client).startswith("no index has been built yet; run `python3 scripts/reindex.py`")
    publish()
    assert ask(client).status_code == 200
    assert client.get("/readyz").status_code == 200


def test_half_an_index_is_told_and_mended(settings, client, publish, version):
    (settings.index_folder / version / "passages.faiss").unlink()
    assert "passages.faiss cannot be read" in told(client)
    publish()
    assert ask(client).status_code == 200


def test_the_model_is_loaded_once_however_often_a_damaged_index_is_tried(settings, version, publish):
    made = []
    client = create_app(settings, lambda: made.append(1) or WordEncoder()).test_client()
    (settings.index_folder / version / "passages.faiss").unlink()
    told(client)
    publish()
    assert ask(client).status_code == 200
    assert made == [1]


def test_an_altered_index_is_told(settings, client, version):
    path = settings.index_folder / version / "passages.faiss"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "is not what was published (its SHA-256 differs)" in told(client)


def test_an_index_of_another_model_is_told(settings):
    client = create_app(settings, lambda: WordEncoder("another")).test_client()
    assert "built with another embedding model" in told(client)


def test_a_missing_model_is_told(settings):
    def no_encoder():
        raise EncoderError("no model 'x' on this machine")

    client = create_app(settings, no_encoder).test_client()
    assert client.get("/readyz").json["detail"].startswith("no model 'x' on this machine")


def test_new_words_are_served_without_a_restart(settings, client, publish):
    before = ask(client, ASKED).json
    page = settings.knowledge / "roles" / "sponsor.md"
    page.write_text(page.read_text().replace("Name the person whose idea it was.", "Name the maker of the idea."))
    publish()
    after = ask(client, ASKED).json
    assert "Name the person whose idea it was." in before["text"]
    assert "Name the maker of the idea." in after["text"]
    assert after["index"] != before["index"]


def test_a_new_version_that_loads_slowly_holds_up_one_request_only(app, settings, client, publish, monkeypatch):
    before = ask(client).json["index"]
    loading, go_on, load = threading.Event(), threading.Event(), published.load_coach

    def slowly(*arguments):
        loading.set()
        assert go_on.wait(30)
        return load(*arguments)

    touch(settings)
    publish()
    monkeypatch.setattr(published, "load_coach", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(lambda: ask(app.test_client()).json["index"])
        assert loading.wait(30)
        try:
            assert ask(client).json["index"] == before
        finally:
            go_on.set()
        assert first.result(30) == ask(client).json["index"] != before


def test_a_conversation_goes_on_across_a_reindex(settings, client, publish):
    state = ask(client, ASKED).json["state"]
    touch(settings)
    publish()
    reply = client.post("/api/chat", json={"message": "give me an example", "state": state}).json
    assert reply["blocks"][1]["passage"] == "sponsor#example"


def test_the_old_words_are_served_while_the_new_index_is_damaged(settings, client, publish):
    before = ask(client).json["index"]
    touch(settings)
    published = publish()
    (settings.index_folder / published.version / "knowledge.json").write_bytes(b"{}")
    assert ask(client).json["index"] == before
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert "knowledge.json is not what was published" in ready.json["trouble"]


def test_an_index_that_vanishes_is_served_on_from_memory_until_it_is_back(settings, client, tmp_path):
    before = ask(client).json["index"]
    settings.index_folder.rename(tmp_path / "away")
    assert ask(client).json["index"] == before
    assert "no index has been built yet" in client.get("/readyz").json["trouble"]
    (tmp_path / "away").rename(settings.index_folder)
    assert client.get("/readyz").json == {"status": "ready", "index": before}


def test_the_signing_key_is_made_once_for_its_owner_only(settings):
    create_app(settings, WordEncoder)
    key = settings.var / "signing-key"
    assert key.stat().st_mode & 0o777 == 0o600
    first = key.read_text()
    assert len(first) >= 32
    create_app(settings, WordEncoder)
    assert key.read_text() == first
    assert [path.name for path in settings.var.iterdir() if path.name.startswith("signing")] == ["signing-key"]
