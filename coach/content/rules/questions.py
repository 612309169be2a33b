"""What people type: questions of the pages, examples and look-alikes of the boundaries, follow-ups."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from coach.content.contents import Contents, PageFile
from coach.content.rules.hints import did_you_mean
from coach.content.strays import FOLLOW_UPS
from coach.errors import Fault

# Fewer ways of asking than this, and a section is found by luck.
FEWEST = 8


@dataclass(frozen=True)
class Typed:
    """A message, what it is, where it belongs, and where in the files it stands."""

    text: str
    what: str
    home: str
    name: str
    line: int
    column: int


def sections(contents: Contents) -> Iterator[Fault]:
    """Every section of guidance has questions, and questions have their section."""
    for file in contents.pages:
        present = {section.id for section in file.document.sections}
        for section_id in file.questions:
            if section_id not in present:
                hint = did_you_mean(section_id, present)
                message = f"questions for a section '{section_id}' that is not there{hint}"
                yield file.fault(message, "questions", section_id)
        if not file.page.boundary:
            for section_id in sorted(present - set(file.questions)):
                yield file.fault(f"section '{section_id}' has no questions; add some under `questions:`", "questions")


def few(contents: Contents) -> Iterator[Fault]:
    """A section is asked for in many ways."""
    for file in contents.pages:
        for section_id, texts in file.questions.items():
            if len(texts) < FEWEST:
                message = (
                    f"only {len(texts)} questions for '{section_id}'; write at least {FEWEST}, each by another person"
                )
                yield file.fault(message, "questions", section_id)


def repeated(contents: Contents) -> Iterator[Fault]:
    """A message that stands in two places teaches two things, of which one is wrong."""
    homes: dict[str, list[Typed]] = defaultdict(list)
    for typed in all_typed(contents):
        homes[folded(typed.text)].append(typed)
    for first, *others in homes.values():
        for typed in others:
            message = f"{typed.what} also stands at {first.home}; keep it where it fits best"
            yield Fault(typed.name, typed.line, typed.column, message)


def folded(text: str) -> str:
    """The same for two messages that differ in case or spaces only."""
    return " ".join(text.casefold().split())


def all_typed(contents: Contents) -> Iterator[Typed]:
    """Every message that the coach learns from."""
    # Guidance first: where an example repeats a question, the example is told.
    for file in sorted(contents.pages, key=lambda file: file.page.boundary is not None):
        yield from _of_page(file)
    follow_ups, located = contents.follow_ups
    lists = [(("follow_ups", wish), texts) for wish, texts in follow_ups.wishes.items()]
    for path, texts in [*lists, (("new_subject",), follow_ups.new_subject)]:
        for position, text in enumerate(texts):
            place = located.place((*path, position))
            yield Typed(text, "follow-up", f"the follow-ups, {path[-1]}", contents.file(FOLLOW_UPS), *place)


def _of_page(file: PageFile) -> Iterator[Typed]:
    lists = [("question", f"{file.page.id}#{id_}", ("questions", id_), texts) for id_, texts in file.questions.items()]
    if boundary := file.page.boundary:
        lists.append(("example", f"{file.page.id}, examples", ("examples",), boundary.examples))
        lists += [
            ("look-alike", f"{file.page.id}, look-alikes", ("lookalikes", really), texts)
            for really, texts in boundary.lookalikes.items()
        ]
    for what, home, path, texts in lists:
        for position, text in enumerate(texts):
            yield Typed(text, what, home, file.name, *file.located.place((*path, position)))
