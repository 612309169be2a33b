"""The whole knowledge base: read, checked against its own rules, and given as one noun."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from coach.content.contents import Contents, GoldenQuestion
from coach.content.reading import read_contents
from coach.content.rules import faults, remarks
from coach.content.rules.questions import all_typed
from coach.errors import ContentFaults, Remark
from coach.types import Knowledge


@dataclass(frozen=True)
class PlacedQuestion:
    """A page's question, the passage that it asks for, and where in the files it stands."""

    text: str
    passage: str
    path: str
    line: int
    column: int

    def remark(self, rule: str, message: str) -> Remark:
        """Something to look at in this question."""
        return Remark(self.path, self.line, self.column, message, rule)


@dataclass(frozen=True)
class Checked:
    """A knowledge base without errors, what its writers should look at, and where its questions stand.

    `golden` are the questions of the quality gate; `places` tells the `path:line:column` of every message that
    the coach learns from, `files` the path of every page by its id.
    """

    knowledge: Knowledge
    remarks: tuple[Remark, ...]
    questions: tuple[PlacedQuestion, ...]
    golden: tuple[GoldenQuestion, ...]
    places: Mapping[str, str]
    files: Mapping[str, str]


def read_knowledge(folder: Path, *, today: date) -> Knowledge:
    """The knowledge base in `folder`; raises ContentFaults with everything that is wrong in any file."""
    return check_knowledge(folder, today=today).knowledge


def check_knowledge(folder: Path, *, today: date) -> Checked:
    """The same, with all that stops nothing but is worth a look."""
    contents = read_contents(folder, today=today)
    if found := faults(contents):
        raise ContentFaults(found)
    return Checked(
        _knowledge(contents),
        remarks=tuple(remarks(contents)),
        questions=tuple(_questions(contents)),
        golden=contents.golden,
        places={typed.text: f"{typed.name}:{typed.line}:{typed.column}" for typed in all_typed(contents)},
        files={file.page.id: file.name for file in contents.pages},
    )


def _knowledge(contents: Contents) -> Knowledge:
    return Knowledge(
        pages={file.page.id: file.page for file in contents.pages},
        sources={source.id: source for _, source, _ in contents.sources},
        contacts=tuple(contact for contact, _ in contents.contacts),
        follow_ups=contents.follow_ups[0],
        small_words=contents.small_words[0],
        role_finder=contents.role_finder.words,
        next_step=contents.next_step.words,
    )


def _questions(contents: Contents) -> Iterator[PlacedQuestion]:
    for file in contents.pages:
        for section_id, texts in file.questions.items():
            for position, text in enumerate(texts):
                place = file.located.place(("questions", section_id, position))
                yield PlacedQuestion(text, f"{file.page.id}#{section_id}", file.name, *place)
