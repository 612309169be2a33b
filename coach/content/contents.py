"""What was read from one folder, each thing with the place where it stands, so that a fault can name it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from coach.content.located import Located, Place
from coach.content.markdown import Document, Section
from coach.content.tools import ToolFile
from coach.errors import Fault
from coach.types import Contact, FollowUps, Page, Passage, SmallWords, Source, Statement


@dataclass(frozen=True)
class PageFile:
    """A page with what is needed to say where in its file a fault stands."""

    page: Page
    name: str
    document: Document
    located: Located
    questions: dict[str, list[str]]

    def fault(self, message: str, *path: str | int) -> Fault:
        """A fault at that path of the front matter."""
        return Fault(self.name, *self.located.place(path), message)

    def statements(self) -> Iterator[tuple[Section, Statement, Place]]:
        """Every statement with its section and its place."""
        for section in self.document.sections:
            for statement, place in zip(section.statements, section.places, strict=True):
                yield section, statement, place


@dataclass(frozen=True)
class GoldenQuestion:
    """A question of the quality gate, the ids of the pages or passages that answer it well, and where it stands."""

    asks: str
    wants: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Contents:
    """All that could be read from one folder, with its places, and the faults of the files that could not."""

    name: str
    pages: list[PageFile]
    sources: list[tuple[str, Source, Located]]
    contacts: list[tuple[Contact, Place]]
    follow_ups: tuple[FollowUps, Located | None]
    small_words: tuple[SmallWords | None, Located | None]
    role_finder: ToolFile | None
    next_step: ToolFile | None
    golden: tuple[GoldenQuestion, ...]
    faults: tuple[Fault, ...]
    today: date

    @cached_property
    def unread(self) -> set[str]:
        """The names, without ending, of files with faults: nothing is known of what they would have held."""
        return {Path(fault.path).stem for fault in self.faults}

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """The passages of all pages that could be read, by their ids."""
        return {passage.id: passage for file in self.pages for passage in file.page.passages}

    @cached_property
    def asked(self) -> set[str]:
        """The ids of the passages that a question asks for."""
        return {passage.id for passage in self.passages.values() if passage.questions}

    @property
    def tools(self) -> list[ToolFile]:
        """The files of the coaching tools that could be read."""
        return [file for file in (self.role_finder, self.next_step) if file]

    def statements(self) -> Iterator[tuple[str, str, Statement, Place]]:
        """Every statement of every page and tool: its file, where in the words it stands, itself, its place."""
        for file in self.pages:
            for section, statement, place in file.statements():
                yield file.name, f"{file.page.id}#{section.id}", statement, place
        for file in self.tools:
            yield from ((file.name, Path(file.name).stem, statement, place) for statement, place in file.statements)

    def file(self, name: str) -> str:
        """How a fault names a file that lies at the top of the folder."""
        return f"{self.name}/{name}"
