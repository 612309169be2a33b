"""The nouns of the house: frozen dataclasses."""

from coach.types.conversation import Answer, Block, Decision, Hit, Suggestion, Turn, Why
from coach.types.knowledge import Boundary, Contact, Excerpt, FollowUps, Knowledge, Page, Passage, SmallWords, Source
from coach.types.statements import Citation, Statement
from coach.types.tools import FinderAnswer, FinderQuestion, NextStep, Opening, Outcome, Reason, RoleFinder

__all__ = [
    "Answer",
    "Block",
    "Boundary",
    "Citation",
    "Contact",
    "Decision",
    "Excerpt",
    "FinderAnswer",
    "FinderQuestion",
    "FollowUps",
    "Hit",
    "Knowledge",
    "NextStep",
    "Opening",
    "Outcome",
    "Page",
    "Passage",
    "Reason",
    "RoleFinder",
    "SmallWords",
    "Source",
    "Statement",
    "Suggestion",
    "Turn",
    "Why",
]
