"""The nouns of the house: frozen dataclasses."""

from coach.types.conversation import Answer, Block, Decision, Hit, Suggestion, Turn, Why
from coach.types.knowledge import (
    Boundary,
    Citation,
    Contact,
    Excerpt,
    FollowUps,
    Knowledge,
    Page,
    Passage,
    SmallWords,
    Source,
    Statement,
)

__all__ = [
    "Answer",
    "Block",
    "Boundary",
    "Citation",
    "Contact",
    "Decision",
    "Excerpt",
    "FollowUps",
    "Hit",
    "Knowledge",
    "Page",
    "Passage",
    "SmallWords",
    "Source",
    "Statement",
    "Suggestion",
    "Turn",
    "Why",
]
