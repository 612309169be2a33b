"""txtai: an embeddings database."""


def build(texts, model, folder):
    """Encode all texts and keep the index."""
    from txtai import Embeddings

    embeddings = Embeddings(path=model, content=True)
    embeddings.index(texts)
    embeddings.save(f"{folder}/index")


def load(model, folder):
    """The kept index and its model."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(f"{folder}/index")
    return lambda text: [hit["text"] for hit in embeddings.search(text, 5)], embeddings.transform
