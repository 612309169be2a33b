"""The search of the coach, and two simpler ones to hold it against."""

from collections.abc import Sequence

from coach.dialogue.coach import Coach
from coach.evaluation.measures import Search
from coach.search.encoder import Encoder
from coach.search.index import Row, VectorIndex
from coach.types import Passage


def coach_search(coach: Coach) -> Search:
    """The search of the coach itself."""
    return lambda text: [hit.passage for hit in coach.finder.find(text, coach.encoder.encode([text])[0])]


def plain_search(passages: Sequence[Passage], encoder: Encoder) -> Search:
    """Plain embedding search: the same model over the passages' bodies alone."""
    rows = [Row(passage.id, passage.body) for passage in passages]
    index = VectorIndex.build(rows, encoder.encode([row.text for row in rows]))
    return lambda text: [hit.passage for hit in index.nearest(encoder.encode([text])[0], limit=len(rows))]


def bm25_search(passages: Sequence[Passage]) -> Search:
    """BM25 over the passages' headings and bodies."""
    import bm25s

    def tokens(texts: list[str]):
        return bm25s.tokenize(texts, stopwords="en", show_progress=False)

    index = bm25s.BM25()
    index.index(tokens([f"{passage.heading} {passage.body}" for passage in passages]), show_progress=False)

    def search(text: str) -> list[str]:
        positions, _ = index.retrieve(tokens([text]), k=len(passages), show_progress=False)
        return [passages[position].id for position in positions[0]]

    return search
