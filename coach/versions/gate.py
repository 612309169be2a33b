"""The gate before a publish: the golden questions fare no worse than with what is served, or somebody says why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from coach import published
from coach.content.knowledge import Checked
from coach.dialogue.coach import Coach
from coach.errors import IndexUnavailable, QualityFell
from coach.search import store
from coach.search.vector_cache import VectorCache
from coach.settings import Settings
from coach.types import Knowledge
from coach.versions import golden, history, summary
from coach.versions.blame import all_edits
from coach.versions.changes import changes
from coach.versions.golden import Reply, Trial


@dataclass(frozen=True)
class Served:
    """What the version that is served says, with which a new one is compared, and the best that one was judged by."""

    knowledge: Knowledge | None = None
    replies: dict[str, Reply] = field(default_factory=dict)
    best: dict[str, Reply] = field(default_factory=dict)


def served(settings: Settings) -> Served:
    """What is served now; nothing where there is no index, or one that this program cannot read."""
    try:
        manifest, files = store.load(settings.index_folder)
        knowledge = published.knowledge_from(files[published.KNOWLEDGE])
    except IndexUnavailable:
        return Served()
    # A process that published it may have been killed before it came to this.
    if manifest.version not in history.versions(settings):
        remember(settings, manifest.version, files)
    return Served(knowledge, golden.replies_of(files), golden.best_of(files))


def remember(settings: Settings, version: str, files: Mapping[str, bytes]) -> None:
    """Keep the words of a version for later comparisons."""
    history.keep(settings, version, history.Entry(files[published.KNOWLEDGE], golden.accepted_of(files)))


def tried(
    coach: Coach, checked: Checked, served: Served, cache: VectorCache, *, tolerance: float, accept: str
) -> Trial:
    """How the golden questions fare with `coach`; raises QualityFell when worse, unless `accept` gives a reason."""
    trial = Trial(checked.golden, golden.ask(coach, checked.golden), served.replies, served.best)
    if not trial.is_a_fall(tolerance):
        return trial
    if not accept:
        raise QualityFell(_fall(trial, served, checked, cache))
    return replace(trial, accepted=accept)


def _fall(trial: Trial, served: Served, checked: Checked, cache: VectorCache) -> str:
    """Why the gate refuses, with the questions lost and the edits that took them."""
    done = changes(served.knowledge, checked.knowledge)
    edits = all_edits(done, served.knowledge, checked)

    def nearness(one: str, other: str) -> float:
        # A question that was removed long ago may have no vector any more.
        return 0.0 if cache.missing([one, other]) else float(np.prod(cache.vectors([one, other]), axis=0).sum())

    return summary.fall(trial, edits, nearness)
