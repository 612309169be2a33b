"""LangChain: its FAISS store and its Hugging Face embeddings."""


def _embeddings(model):
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})


def build(texts, model, folder):
    """Encode all texts and keep the index."""
    from langchain_community.vectorstores import FAISS

    FAISS.from_texts(texts, _embeddings(model)).save_local(folder)


def load(model, folder):
    """The kept index and its model."""
    from langchain_community.vectorstores import FAISS

    embeddings = _embeddings(model)
    store = FAISS.load_local(folder, embeddings, allow_dangerous_deserialization=True)
    return lambda text: [hit.page_content for hit in store.similarity_search(text, k=5)], embeddings.embed_query
