"""The knowledge base looked over, with nothing built or published: what is wrong, and what a writer should look at."""

from datetime import date

from coach import published
from coach.content.knowledge import Checked, check_knowledge
from coach.dialogue.training import passage_rows, taught
from coach.errors import CoachError
from coach.search.encoder import Encoder
from coach.search.finder import Finder
from coach.search.vector_cache import VectorCache
from coach.self_check import Findings, check_questions, near_duplicates
from coach.settings import Settings
from coach.staleness import is_stale
from coach.versions import golden

# As many questions are tried out in a second or two, which is what a mere check may take.
QUICKLY_TRIED = 5000
NOT_ENCODED = (
    "Whether questions are alike, and find their own pages, is left to the reindex: there is something to encode."
)
NOT_TRIED = "Whether each question finds its own page is left to the reindex."


def check(settings: Settings, *, today: date | None = None) -> Checked:
    """The knowledge base, read and checked; raises ContentFaults with everything that is wrong."""
    if not settings.knowledge.is_dir():
        raise CoachError(f"there is no folder {settings.knowledge}; COACH_KNOWLEDGE must name the knowledge base")
    return check_knowledge(settings.knowledge, today=today or date.today())


def look_over(settings: Settings, encoder: Encoder, checked: Checked, *, quickly: bool) -> Findings:
    """What a writer should look at, as far as it can be seen without encoding; notes say what was left out."""
    cache = vector_cache(settings, encoder)
    if cache.missing([row.text for row in passage_rows(checked.knowledge)]):
        return Findings(checked.remarks, (NOT_ENCODED,))
    if is_stale(settings, encoder.identity) or (quickly and len(checked.questions) > QUICKLY_TRIED):
        return Findings((*checked.remarks, *near_duplicates(checked.questions, cache.vectors)), (NOT_TRIED,))
    _, coach = published.load_coach(settings.index_folder, encoder)
    return findings_of(checked, coach.finder, cache)


def texts_to_encode(checked: Checked) -> list[str]:
    """Every text whose vector a reindex needs, each once."""
    rows = [row.text for row in passage_rows(checked.knowledge)]
    return list(dict.fromkeys([*rows, *taught(checked.knowledge), *golden.texts(checked.golden)]))


def findings_of(checked: Checked, finder: Finder, cache: VectorCache) -> Findings:
    """What a writer should look at, by an index of these words; `cache` knows all their vectors."""
    found = check_questions(checked.questions, finder, cache.vectors)
    return Findings((*checked.remarks, *found.remarks), found.notes)


def vector_cache(settings: Settings, encoder: Encoder) -> VectorCache:
    """The vectors that earlier reindexes computed by that model."""
    return VectorCache(settings.var / "vectors.safetensors", encoder.identity)
