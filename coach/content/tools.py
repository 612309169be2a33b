"""The words of the coaching tools: `tools/role-finder.yaml` and `tools/next-step.yaml` to nouns."""

from collections.abc import Iterator
from dataclasses import dataclass

from coach.content import models, tool_models
from coach.content.located import Located, Place
from coach.content.markdown import read_statements
from coach.errors import ContentFaults, Fault
from coach.types import FinderAnswer, FinderQuestion, NextStep, Opening, Outcome, Reason, RoleFinder, Statement


@dataclass(frozen=True)
class ToolFile:
    """What one file holds, with what is needed to say where in it a fault stands."""

    name: str
    words: RoleFinder | NextStep
    located: Located
    statements: list[tuple[Statement, Place]]

    def fault(self, message: str, *path: str | int) -> Fault:
        """A fault at that path of the file."""
        return Fault(self.name, *self.located.place(path), message)


def read_role_finder(text: str, name: str) -> ToolFile:
    """The role finder; raises ContentFaults."""
    fields, located = models.read(tool_models.RoleFinderFile, text, name=name)
    reading = _Reading(name, located)
    questions = {
        question_id: FinderQuestion(
            question.asks,
            {
                answer_id: reading.answer(answer, ("questions", question_id, "answers", answer_id))
                for answer_id, answer in question.answers.items()
            },
        )
        for question_id, question in fields.questions.items()
    }
    return reading.file(RoleFinder(fields.decides, fields.role_heading, fields.step_heading, questions))


def read_next_step(text: str, name: str) -> ToolFile:
    """The next step and what is said when somebody comes back to it; raises ContentFaults."""
    fields, located = models.read(tool_models.NextStepFile, text, name=name)
    reading = _Reading(name, located)
    outcomes = {
        outcome_id: Outcome(
            outcome.label,
            outcome.heading,
            reading.statements(outcome.says, ("outcomes", outcome_id, "says")),
            outcome.shows,
            tuple(outcome.then),
            tuple(outcome.contacts),
        )
        for outcome_id, outcome in fields.outcomes.items()
    }
    return reading.file(NextStep(fields.opens, outcomes))


def passages_named(file: ToolFile) -> Iterator[tuple[str, tuple]]:
    """Every passage that the file names, with its path."""
    if isinstance(file.words, RoleFinder):
        for path, answer in answers(file):
            if answer.opening:
                yield answer.opening.step, (*path, "opening", "step")
    else:
        yield file.words.opens, ("opens",)
        for outcome_id, outcome in file.words.outcomes.items():
            yield outcome.shows, ("outcomes", outcome_id, "shows")
            yield from ((each, ("outcomes", outcome_id, "then", n)) for n, each in enumerate(outcome.then))


def answers(file: ToolFile) -> Iterator[tuple[tuple, FinderAnswer]]:
    """Every answer of the role finder with its path."""
    for question_id, question in file.words.questions.items():
        for answer_id, answer in question.answers.items():
            yield ("questions", question_id, "answers", answer_id), answer


class _Reading:
    """Collects the statements of one file with their places, and the faults in them."""

    def __init__(self, name: str, located: Located):
        self.name, self.located = name, located
        self.found: list[tuple[Statement, Place]] = []
        self.faults: list[Fault] = []

    def file(self, words: RoleFinder | NextStep) -> ToolFile:
        if self.faults:
            raise ContentFaults(self.faults)
        return ToolFile(self.name, words, self.located, self.found)

    def statements(self, text: str, path: tuple) -> tuple[Statement, ...]:
        place = self.located.place(path)
        try:
            statements = read_statements(text, name=self.name, place=place)
        except ContentFaults as error:
            self.faults.extend(error.faults)
            return ()
        self.found += [(statement, place) for statement in statements]
        return statements

    def answer(self, fields: tool_models.AnswerFields, path: tuple) -> FinderAnswer:
        reasons = {
            role: Reason(reason.weight, self.statements(reason.why, (*path, "roles", role, "why")))
            for role, reason in fields.roles.items()
        }
        opening = None
        if fields.opening:
            says = self.statements(fields.opening.says, (*path, "opening", "says"))
            opening = Opening(fields.opening.heading, says, fields.opening.step, fields.opening.then)
        return FinderAnswer(fields.says, reasons, opening, fields.section or "")
