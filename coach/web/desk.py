"""What every page of a tool starts from: the words, the conversation so far, and what goes back to the chat."""

from dataclasses import dataclass, replace
from datetime import date

from flask import current_app, request

from coach.choices import AnswerKind
from coach.dialogue.coach import TURNS_KEPT
from coach.errors import StateRefused
from coach.tools.commitment import Plan, choices
from coach.types import Answer, Knowledge, Turn
from coach.web.current import serving
from coach.web.state import Conversation
from coach.web.views import Exchange


@dataclass(frozen=True)
class Desk:
    """`draft` is what stood in the chat's box; `trouble` says why a conversation could not be taken up."""

    knowledge: Knowledge
    conversation: Conversation
    state: str
    draft: str
    today: date
    trouble: str = ""

    @property
    def status(self) -> int:
        """The HTTP status of a page that does nothing but show this."""
        return 400 if self.trouble else 200


def open_desk() -> Desk:
    """The desk for this request; a token that is refused is left aside, so that nothing typed is lost."""
    knowledge = serving().coach.knowledge
    today = current_app.extensions["today"]()
    draft, state = request.form.get("message", ""), request.form.get("state", "")
    try:
        return Desk(knowledge, current_app.extensions["state_signer"].load(state), state, draft, today)
    except StateRefused as error:
        trouble = f"Sorry, {error}. What you entered is still here: send it again."
        return Desk(knowledge, Conversation(), "", draft, today, trouble)


def token(conversation: Conversation) -> str:
    """The token for the next request."""
    return current_app.extensions["state_signer"].dump(conversation)


def gone_on(conversation: Conversation, answer: Answer) -> Conversation:
    """The conversation after what a tool said, as after any answer."""
    turn = Turn(kind=answer.kind, asked=answer.asked, shown=())
    return replace(conversation, turns=(*conversation.turns, turn)[-TURNS_KEPT:])


def people_for(plan: Plan) -> Answer | None:
    """The escalation that a plan's own words call for, if any: danger is heard wherever it is typed."""
    coach = serving().coach
    # A step that was taken from a page is our own sentence: only what was typed is judged.
    ours = any(choice.text == plan.will for choice in choices(coach.knowledge, plan.passage))
    answer, _ = coach.reply(plan.when if ours else f"{plan.when}. {plan.will}")
    return answer if answer.kind == AnswerKind.ESCALATE else None


def exchange(answer: Answer, country: str = "") -> Exchange:
    """The answer as the templates of the chat show it; there is no message that could be sent again."""
    return Exchange(0, "", answer, before="", country=country)
