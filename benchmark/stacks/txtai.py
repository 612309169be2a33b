"""txtai: an embeddings index. Its database of texts answers one thread at a time, so the texts are kept beside it."""

import json
from pathlib import Path


def build(texts, model, folder):
    """Encode all texts and keep the index."""
    from txtai import Embeddings

    embeddings = Embeddings(path=model)
    embeddings.index(texts)
    embeddings.save(f"{folder}/index")
    Path(folder, "texts.json").write_text(json.dumps(texts))


def load(model, folder):
    """The kept index and its model."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(f"{folder}/index")
    texts = json.loads(Path(folder, "texts.json").read_text())
    return lambda text: [texts[place] for place, _ in embeddings.search(text, 5)], embeddings.transform
