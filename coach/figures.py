"""How much there is of everything, for the maintainer and for the README."""

from collections import Counter

from coach.choices import Evidence
from coach.types import Knowledge

# The rows of the table, by the name of each count.
ROWS = {
    "pages": "pages",
    "passages": "passages (sections that can be found, and replies)",
    "statements": "statements, each with its citation",
    "sources": "sources",
    "questions": "alternate questions",
    "examples": "boundary examples",
    "lookalikes": "look-alikes",
}


def count(knowledge: Knowledge) -> dict[str, int]:
    """How much there is of everything a maintainer counts."""
    passages = [passage for page in knowledge.pages.values() for passage in page.passages]
    counts = {"pages": len(knowledge.pages), "passages": len(passages), "sources": len(knowledge.sources)}
    counts["statements"] = sum(len(passage.statements) for passage in passages)
    counts["questions"] = sum(len(passage.questions) for passage in passages)
    boundaries = [page.boundary for page in knowledge.pages.values() if page.boundary]
    counts["examples"] = sum(len(boundary.examples) for boundary in boundaries)
    counts["lookalikes"] = sum(len(texts) for boundary in boundaries for texts in boundary.lookalikes.values())
    return counts


def table(knowledge: Knowledge) -> str:
    """The counts as a Markdown table, with the sources by their kind of evidence."""
    counts, kinds = count(knowledge), Counter(source.evidence for source in knowledge.sources.values())
    lines = ["| what | how many |", "|---|---|"]
    for name, words in ROWS.items():
        lines.append(f"| {words} | {counts[name]:,} |")
        if name == "sources":
            lines += [f"| of these, {kind} | {kinds[kind]:,} |" for kind in Evidence]
    return "\n".join(lines)
