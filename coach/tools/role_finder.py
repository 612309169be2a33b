"""Eight answers to one or two ally roles, with the reasons in words and a first step.

Each answer adds its weights to the roles it speaks for or against. What the partner asked for decides on the first
role: only a role that this answer speaks for can be it. A second role is named when it is nearly as fitting.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from coach.choices import Intent, Role, Step
from coach.errors import AnswersRefused
from coach.tools.composing import answer, block, suggestions
from coach.types import Answer, Block, FinderAnswer, Knowledge, Opening, Reason, Statement

# A second role this far below the first is still worth naming. The weights of one answer are 1 to 6.
MARGIN = 2
MOST_REASONS = 3
HOW_TO = "how-to"


def find_role(knowledge: Knowledge, given: Mapping[str, str]) -> Answer:
    """The answer to `given`, an answer's id for each question's id; raises AnswersRefused where one is missing."""
    answers = _picked(knowledge, given)
    finder = knowledge.role_finder
    roles = choose(answers, deciding=answers[finder.decides])
    opening = next((each.opening for each in answers.values() if each.opening), None)
    heading = opening.then if opening else finder.role_heading
    blocks = [_role_block(knowledge, role, heading, answers) for role in roles]
    section = next((each.section for each in answers.values() if each.section), HOW_TO)
    first = opening.step if opening else f"{roles[0]}#{section}"
    step = block(finder.step_heading, first, knowledge.passage(first).step(Step.TEN_SECONDS))
    blocks = [_opening_block(opening), step, *blocks] if opening else [*blocks, step]
    wanted = [first, *(f"{role}#{section}" for role in roles), f"{roles[0]}#what-to-say", "choosing-a-role#how-to"]
    return answer(
        knowledge,
        Intent.CHOOSE_ROLE,
        first,
        blocks,
        topics=tuple(dict.fromkeys([first.partition("#")[0], *roles])),
        roles=tuple(roles),
        suggestions=suggestions(knowledge, wanted)[:4],
    )


def choose(answers: Mapping[str, FinderAnswer], *, deciding: FinderAnswer) -> list[Role]:
    """One or two roles, the first among those that `deciding` speaks for; ties go by the order of the roles."""
    totals = {role: sum(_weight(each, role) for each in answers.values()) for role in Role}
    first = max((role for role in Role if _weight(deciding, role) > 0), key=totals.__getitem__)
    others = [role for role in Role if role != first and any(_weight(each, role) > 0 for each in answers.values())]
    second = max(others, key=totals.__getitem__, default=None)
    near = second and totals[second] > 0 and totals[second] >= totals[first] - MARGIN
    return [first, second] if near else [first]


def _picked(knowledge: Knowledge, given: Mapping[str, str]) -> dict[str, FinderAnswer]:
    questions = knowledge.role_finder.questions
    missing = tuple(id_ for id_, question in questions.items() if given.get(id_) not in question.answers)
    if missing:
        raise AnswersRefused(missing)
    return {id_: question.answers[given[id_]] for id_, question in questions.items()}


def _weight(each: FinderAnswer, role: Role) -> int:
    return each.reasons[role].weight if role in each.reasons else 0


def _opening_block(opening: Opening) -> Block:
    return block(opening.heading, opening.step, opening.says)


def _role_block(knowledge: Knowledge, role: Role, heading: str, answers: Mapping[str, FinderAnswer]) -> Block:
    """What the role is, then what spoke for it, strongest first, then what to mind."""
    page = knowledge.pages[role]
    what_it_is = page.passages[0].statements[:1]
    told = heading.replace("{title}", page.title)
    return block(told, page.passages[0].id, [*what_it_is, *_reasons(role, answers.values())])


def _reasons(role: Role, answers: Collection[FinderAnswer]) -> Iterator[Statement]:
    reasons: list[Reason] = [each.reasons[role] for each in answers if role in each.reasons]
    speaking_for = sorted((reason for reason in reasons if reason.weight > 0), key=lambda reason: -reason.weight)
    for reason in [*speaking_for[:MOST_REASONS], *(reason for reason in reasons if reason.weight < 0)]:
        yield from (replace(statement, in_list=True) for statement in reason.why)
