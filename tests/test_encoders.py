"""The exported model beside its reference, what serving imports, and what happens where an export is missing."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import SMALL_KNOWLEDGE, TODAY, Quiet, WordEncoder, children, touch

from app import create_app
from coach.bench.rolling_back import roll_back
from coach.dialogue.training import guidance
from coach.encoders import export_path, reference_encoder, serving_encoder
from coach.errors import ExportImpossible, IndexDamaged, IndexOfAnotherModel, IndexUnavailable, QualityFell
from coach.published import load_coach
from coach.reindex import reindex
from coach.search import store
from coach.search.encoder import SentenceEncoder, model_folder
from coach.search.onnx_encoder import OnnxEncoder
from coach.search.onnx_export import export, export_name
from coach.settings import Precision, Settings
from coach.staleness import is_stale, is_withdrawn

ROOT = Path(__file__).parent.parent
QUESTIONS = [json.loads(line)["text"] for line in (ROOT / "tests" / "data" / "questions.jsonl").open()]
DIALOGUES = [json.loads(line)["turns"] for line in (ROOT / "tests" / "data" / "dialogues.jsonl").open()]
# Passages are longer than questions, and marks, blanks and scripts go other ways through a tokenizer.
ODD = [
    "a",
    "?!",
    "ALL CAPITALS AND 100 % SURE",
    "  blanks\t and\n lines  ",
    "naïve café – “quoted” … 東京, привет, 👩🏽‍💻, שלום",
    "[MASK] [SEP] <s> </s> ##ing",
    "word " * 1000,
    "unbreakable" * 150,
]
MODULES = ("torch", "sentence_transformers", "transformers", "sklearn", "scipy", "icalendar", "coach.web.maintainers")


@pytest.fixture(scope="session")
def exports(tmp_path_factory):
    """The reference and its export."""
    folder = tmp_path_factory.mktemp("exports")
    reference = reference_encoder(Settings(var=folder))
    reference.export(folder / "exported", Precision.FLOAT32)
    return reference, OnnxEncoder(folder / "exported", identity="exported")


@pytest.fixture(scope="session")
def passages(shipped):
    return guidance(shipped)


@pytest.mark.model
def test_the_export_gives_the_vectors_of_the_reference(exports, passages):
    turns = [turn["text"] for turns in DIALOGUES for turn in turns]
    texts = [*QUESTIONS[::5], *turns[::2], *(passage.body for passage in passages[::10]), *ODD]
    assert len(texts) > 500
    reference, exported = exports
    assert cosines(reference.encode(texts), exported.encode(texts)).min() >= 0.9999


@pytest.mark.model
def test_a_text_has_the_same_vector_alone_as_among_others(exports):
    exported = exports[1]
    alone = np.concatenate([exported.encode([text]) for text in ODD])
    assert cosines(alone, exported.encode(ODD)).min() >= 0.99999


@pytest.mark.model
def test_the_export_finds_the_same_first_five_passages_for_the_whole_labelled_set(exports):
    reference, exported = exports
    root = Settings().index_folder
    try:
        index = load_coach(root, reference)[1].finder.index
    except IndexUnavailable as error:
        pytest.skip(f"no index of all passages to ask: {error}")
    places = {target: place for place, target in enumerate(index.targets)}
    for expected, vector in zip(reference.encode(QUESTIONS), exported.encode(QUESTIONS), strict=True):
        found = [places[hit.passage] for hit in index.nearest(vector, limit=5)]
        cosines, _ = index.best(expected)
        # Seen by the reference: of two passages that are equally near, either may come first.
        assert np.abs(cosines[found] - -np.sort(-cosines)[:5]).max() < 1e-5


def cosines(one, other):
    return np.einsum("ij,ij->i", one, other)


@pytest.mark.model
def test_another_kind_of_model_is_exported_as_it_pools(tmp_path):
    model = tiny_model()
    export(model, tmp_path / "tiny.onnx", Precision.FLOAT32)
    encoder = OnnxEncoder(tmp_path / "tiny.onnx", identity="tiny")
    expected = model.encode(QUESTIONS[:50], normalize_embeddings=True)
    assert np.abs(expected - encoder.encode(QUESTIONS[:50])).max() < 1e-5
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.onnx"]


@pytest.mark.model
def test_eight_bits_are_a_quarter_of_the_size_and_nearly_as_good(tmp_path):
    model = tiny_model(pooling="mean")
    for precision in Precision:
        export(model, tmp_path / precision, precision)
    encoder = OnnxEncoder(tmp_path / Precision.INT8, identity="tiny")
    expected = model.encode(QUESTIONS[:50], normalize_embeddings=True)
    assert 0.95 <= cosines(expected, encoder.encode(QUESTIONS[:50])).min() < 0.99999
    assert (tmp_path / Precision.INT8).stat().st_size < 0.3 * (tmp_path / Precision.FLOAT32).stat().st_size


@pytest.mark.model
def test_a_model_that_reads_a_prompt_first_is_not_exported_wrongly(tmp_path):
    model = tiny_model(
        pooling="mean", prompts={"query": "a prompt that changes every vector: "}, default_prompt_name="query"
    )
    with pytest.raises(ExportImpossible, match="too far from the model"):
        export(model, tmp_path / "tiny.onnx", Precision.FLOAT32)
    assert list(tmp_path.iterdir()) == []


def tiny_model(pooling="cls", **options):
    """The packaged model cut down to two layers, with another pooling and without normalisation."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    whole = SentenceTransformer(str(model_folder("packaged")), device="cpu")
    transformer = whole[0]
    transformer.auto_model.encoder.layer = transformer.auto_model.encoder.layer[:2]
    modules = [transformer, Pooling(whole.get_embedding_dimension(), pooling_mode=pooling)]
    return SentenceTransformer(modules=modules, device="cpu", **options)


@pytest.mark.model
def test_a_model_without_a_transformer_is_not_exported_and_says_why(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = SentenceTransformer(str(model_folder("packaged")), device="cpu").tokenizer.backend_tokenizer
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=32)], device="cpu")
    with pytest.raises(ExportImpossible, match="Error: "):
        export(model, tmp_path / "static.onnx", Precision.FLOAT32)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
def test_a_serving_process_imports_neither_torch_nor_what_only_learning_needs(site):
    code = f"""
import os, sys
from app import create_app
from coach.settings import read_settings
client = create_app(read_settings(os.environ)).test_client()
reply = client.post("/api/chat", json={{"message": "how do I sponsor someone?"}}).json
page = client.post("/", data={{"message": "and an example?", "state": reply["state"]}})
print(reply["topics"][0], page.status_code, [name for name in {MODULES} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | site.environment, capture_output=True, text=True
    )
    assert done.stdout == "sponsor 200 []\n", done.stderr


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what a process has mapped")
def test_the_served_chat_has_no_torch_in_any_of_its_processes(site):
    urllib.request.urlopen(f"{site.address}/readyz")
    workers = [Path(f"/proc/{pid}/maps").read_text() for pid in children(site.process.pid)]
    assert workers
    assert all("onnxruntime" in mapped for mapped in workers)
    assert not any("torch" in mapped for mapped in [Path(f"/proc/{site.process.pid}/maps").read_text(), *workers])


class CopyingEncoder(WordEncoder):
    """Words as vectors, under the identity of the model in a folder; an export is some bytes, counted."""

    def __init__(self, settings):
        super().__init__(reference_encoder(settings).identity)
        self.exports, self.serving = 0, WordEncoder

    def export(self, path, precision):
        self.exports += 1
        path.write_text(f"{precision} words")

    def exported(self, path):
        return self.serving(self.identity)


def settings_in(folder):
    return Settings(knowledge=folder / "knowledge", var=folder / "var", model=str(folder / "model"))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """A folder with words, a model that is only a name, and what a reindex of them makes."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "model").mkdir()
    (folder / "model" / "config.json").write_text("{}")
    shutil.copytree(SMALL_KNOWLEDGE, folder / "knowledge")
    publish(settings_in(folder), CopyingEncoder(settings_in(folder)))
    return folder


@pytest.fixture
def made(made_once, tmp_path):
    """The same in a folder of its own, as settings, and an encoder that has exported nothing yet."""
    settings = settings_in(shutil.copytree(made_once, tmp_path / "made"))
    return settings, CopyingEncoder(settings)


def publish(settings, encoder):
    return reindex(settings, encoder, Quiet(), today=TODAY)


def stale(settings):
    return is_stale(settings, reference_encoder(settings).identity)


def test_an_export_is_made_once_and_its_hash_stands_in_the_manifest(made):
    settings, encoder = made
    first = store.current_version(settings.index_folder)
    touch(settings)
    second = publish(settings, encoder).version
    assert encoder.exports == 0
    digest = hashlib.sha256(export_path(settings, encoder.identity).read_bytes()).hexdigest()
    for version in (first, second):
        manifest = store.read_manifest(settings.index_folder, version)
        assert manifest.exports == {export_name(Precision.FLOAT32): digest}


def lose(path):
    path.unlink()


def alter(path):
    path.write_bytes(b"x" + path.read_bytes()[1:])


@pytest.mark.parametrize(("harm", "told"), [(lose, "cannot be read"), (alter, "is not what was published")])
def test_a_harmed_export_is_not_served_and_the_next_reindex_makes_it_again(made, harm, told):
    settings, encoder = made
    assert not stale(settings)
    harm(export_path(settings, encoder.identity))
    with pytest.raises(IndexDamaged, match=f"the exported model .* {told}"):
        serving_encoder(settings)
    problem = create_app(settings).test_client().get("/readyz")
    assert problem.status_code == 503
    assert "run `python3 scripts/reindex.py`" in problem.json["detail"]
    assert stale(settings)
    publish(settings, encoder)
    assert (encoder.exports, encoder.encoded) == (1, [])
    assert not stale(settings)


def test_another_precision_is_exported_without_building_the_index_again(made):
    settings, encoder = made
    smaller = replace(settings, precision=Precision.INT8)
    assert stale(smaller)
    with pytest.raises(IndexUnavailable, match="has not been exported as int8 yet"):
        serving_encoder(smaller)
    report = publish(smaller, encoder)
    assert (report.published, report.encoded) == (True, 0)
    assert not stale(smaller)
    assert not stale(settings)
    assert publish(settings, encoder).published is False


class OneWord(WordEncoder):
    """All that eight bits left of it: every text is the same."""

    def encode(self, texts, *, progress=False):
        return super().encode(["sponsor" for _ in texts])


def test_another_precision_passes_the_gate_and_says_what_was_published(made):
    settings, encoder = made
    smaller = replace(settings, precision=Precision.INT8)
    encoder.serving = OneWord
    with pytest.raises(QualityFell, match=r"3 of 4 golden questions find what they want \(before: 4 of 4\)"):
        publish(smaller, encoder)
    assert stale(smaller)
    encoder.serving = WordEncoder
    report = publish(smaller, encoder)
    assert report.findings.notes[0] == (
        "The words are those that were served before; the model was exported for serving them, as int8."
    )
    assert (report.trial.right, report.trial.reworded, report.changes.any) == (4, [], False)


def test_what_this_program_could_not_serve_is_not_gone_back_to(made):
    settings, encoder = made
    first = store.current_version(settings.index_folder)
    smaller = replace(settings, precision=Precision.INT8)
    second = publish(smaller, encoder).version
    with pytest.raises(IndexUnavailable, match=f"version {first} cannot be served again: .* as int8 yet; set COACH_"):
        roll_back(smaller)
    export_path(settings, encoder.identity).unlink()
    with pytest.raises(IndexDamaged, match=f"version {first} cannot be served again: the exported model .* --rollback"):
        roll_back(settings)
    (Path(settings.model) / "config.json").write_text("another")
    with pytest.raises(IndexOfAnotherModel, match=f"version {first} cannot be served again"):
        roll_back(smaller)
    assert store.current_version(settings.index_folder) == second


def test_withdrawn_words_are_published_by_a_restart_only_where_nothing_else_can_be_served(made, monkeypatch):
    settings, encoder = made
    monkeypatch.setattr(SentenceEncoder, "exported", lambda *_: encoder)
    touch(settings)
    publish(settings, encoder)
    roll_back(settings)
    assert (stale(settings), is_withdrawn(settings, encoder.identity)) == (True, True)
    assert not is_withdrawn(replace(settings, precision=Precision.INT8), encoder.identity)
    assert not is_withdrawn(settings, "another model")
    export_path(settings, encoder.identity).unlink()
    assert (stale(settings), is_withdrawn(settings, encoder.identity)) == (True, False)


def test_a_model_that_cannot_be_exported_is_served_by_the_reference_and_it_is_said(made):
    settings, encoder = made
    export_path(settings, encoder.identity).unlink()
    report = publish(settings, WordEncoder(encoder.identity))
    assert report.findings.notes[0] == (
        "The model cannot be exported, so sentence-transformers serves it: words are no model."
    )
    assert isinstance(serving_encoder(settings), SentenceEncoder)
    assert not stale(settings)
    # It is not tried again each time.
    assert publish(settings, encoder).published is False


def test_exports_of_models_that_no_version_uses_are_removed(made):
    settings, encoder = made
    first = export_path(settings, encoder.identity)
    for round_ in (1, 2):
        (Path(settings.model) / "config.json").write_text(f"{round_}")
        publish(settings, CopyingEncoder(settings))
        assert first.exists() == (round_ == 1)
    assert len(list(settings.models_folder.iterdir())) == 2


def test_an_index_of_another_model_is_not_served(made):
    settings, _ = made
    (Path(settings.model) / "config.json").write_text("another")
    with pytest.raises(IndexOfAnotherModel):
        serving_encoder(settings)
