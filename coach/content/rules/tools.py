"""The coaching tools: what they name is there, and the role finder always finds a role and a first step."""

from collections.abc import Iterator

from coach.choices import PassageKind, Step
from coach.content.contents import Contents
from coach.content.rules.hints import did_you_mean
from coach.content.rules.pages import REQUIRED
from coach.content.tools import answers, passages_named
from coach.errors import Fault
from coach.types import Page

HOW_TO = "how-to"
NO_STEP = "'{}' has no step that takes ten seconds; add a list item `**{}:**` there"


def passages(contents: Contents) -> Iterator[Fault]:
    """A passage that a tool shows or offers is one that a question asks for."""
    for file in contents.tools:
        for passage_id, path in passages_named(file):
            if passage_id not in contents.asked and passage_id.partition("#")[0] not in contents.unread:
                yield file.fault(f"unknown passage '{passage_id}'{did_you_mean(passage_id, contents.asked)}", *path)


def deciding(contents: Contents) -> Iterator[Fault]:
    """Each answer to the question that decides speaks for a role, so that no reader is left without one."""
    file = contents.role_finder
    if not file:
        return
    question = file.words.questions.get(file.words.decides)
    if not question:
        hint = did_you_mean(file.words.decides, file.words.questions)
        yield file.fault(f"unknown question '{file.words.decides}'{hint}", "decides")
        return
    for answer_id, answer in question.answers.items():
        if not any(reason.weight > 0 for reason in answer.reasons.values()):
            message = (
                f"'{file.words.decides}' decides, so '{answer_id}' must speak for a role; give one a weight above 0"
            )
            yield file.fault(message, "questions", file.words.decides, "answers", answer_id)


def first_steps(contents: Contents) -> Iterator[Fault]:
    """Whatever the role finder answers, there is something to do in ten seconds."""
    file, known = contents.role_finder, contents.passages
    if not file:
        return
    pages = {file.page.id: file.page for file in contents.pages}
    sections = sorted({answer.section for _, answer in answers(file)} - {""} | {HOW_TO})
    for path, answer in answers(file):
        for role in answer.reasons:
            if role in pages:
                wanted = [section for section in sections if section != HOW_TO or not _lacks_how_to(pages[role])]
                ids = [f"{role}#{section}" for section in wanted]
                missing = [id_ for id_ in ids if id_ not in known or not known[id_].step(Step.TEN_SECONDS)]
                yield from (file.fault(NO_STEP.format(id_, Step.TEN_SECONDS), *path, "roles", role) for id_ in missing)
            elif role not in contents.unread:
                yield file.fault(f"there is no page '{role}' that says what this role is", *path, "roles", role)
        # Of a passage that is not there another rule tells.
        opening = known.get(answer.opening.step) if answer.opening else None
        if opening and not opening.step(Step.TEN_SECONDS):
            message = NO_STEP.format(opening.id, Step.TEN_SECONDS)
            yield file.fault(message, *path, "opening", "step")


def _lacks_how_to(page: Page) -> bool:
    """Whether the rule on the sections tells of a how-to that is not there."""
    return HOW_TO in REQUIRED.get(page.group, ()) and not page.of_kind(PassageKind.HOW_TO)
