"""What the templates are given: one exchange, and the page around it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus

from flask import Blueprint, Response, current_app, make_response, render_template, request

from coach.dialogue.coach import Coach
from coach.errors import CoachError
from coach.rendering import References, items, runs
from coach.tools.commitment import Plan
from coach.types import Answer, Contact, Knowledge, Page, Suggestion
from coach.web.bodies import sent_form
from coach.web.current import serving
from coach.web.saving import MOST_MESSAGES
from coach.web.state import Conversation

blueprint = Blueprint("views", __name__)

# The page's script asks with this header for the new part alone; its value is how many turns the page shows.
FRAGMENT = "X-Coach-Fragment"
# Of a body's 64 KB, beside the longest message and token.
ROOM_FOR_SAID = 24 * 1024
# A reader in none of the countries that there are numbers for; ISO 3166 leaves this code to its users.
ELSEWHERE = "ZZ"


@dataclass(frozen=True)
class Exchange:
    """What was typed and what is replied; `number` makes ids on the page unique, `before` is the state it followed."""

    number: int
    message: str
    answer: Answer
    before: str
    country: str = ""
    references: References = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "references", References(self.answer.all_citations, self.answer.sources))

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that the reply has numbers for, and "elsewhere"; none when there is nothing to choose."""
        known = tuple(dict.fromkeys(contact.country for contact in self.answer.contacts if contact.country))
        return (*known, ELSEWHERE) if known else ()


@dataclass(frozen=True)
class Opening:
    """A way into the conversation that the first screen offers: a page, and the message that asks for it."""

    page: Page
    message: str


@dataclass(frozen=True)
class Letter:
    """A text for the editors: about to be sent, refused with `trouble`, or `sent`."""

    text: str
    trouble: str = ""
    sent: bool = False


@dataclass(frozen=True)
class View:
    """Everything that the chat page shows; `outcomes` only when it is time to ask how the plan went."""

    exchange: Exchange | None = None
    earlier: tuple[Suggestion, ...] = ()
    contacts: tuple[Contact, ...] = ()
    country: str = ""
    state: str = ""
    typed: str = ""
    trouble: str = ""
    openings: tuple[Opening, ...] = ()
    letter: Letter | None = None
    plan: Plan | None = None
    outcomes: dict[str, str] = field(default_factory=dict)


def view_after(before: Conversation, coach: Coach) -> View:
    """What a page shows of the turns before."""
    return View(
        earlier=coach.composer.suggest.asked_before(before.turns),
        contacts=coach.composer.contacts_before(before.turns),
        country=before.country,
        plan=before.plan,
        outcomes=_outcomes(before.plan, coach.knowledge),
    )


def view_at(state: str) -> View:
    """What a page shows that has no new exchange; of a token or an index that cannot be read, nothing."""
    try:
        conversation = current_app.extensions["state_signer"].load(state)
        shown = view_after(conversation, serving().coach)
    except CoachError:
        shown = View()
    return replace(shown, state=state)


def _outcomes(plan: Plan | None, knowledge: Knowledge) -> dict[str, str]:
    """The ways a plan may have gone, by their ids, once the day to ask has come."""
    if not plan or not plan.is_due(current_app.extensions["today"]()):
        return {}
    return {id_: outcome.label for id_, outcome in knowledge.next_step.outcomes.items()}


def openings(knowledge: Knowledge) -> tuple[Opening, ...]:
    """What the first screen offers, in the order of `small-words.yaml`."""
    passages = map(knowledge.passage, knowledge.small_words.starters)
    return tuple(Opening(knowledge.pages[passage.page], passage.questions[0]) for passage in passages)


def show(view: View, status: int = 200) -> Response:
    """The whole page, or for the page's script the part that is new."""
    template = "turn.html" if FRAGMENT in request.headers else "chat.html"
    # Browsers let no frame take the focus from the page around it.
    framed = request.headers.get("Sec-Fetch-Dest") == "iframe"
    return make_response(render_template(template, view=view, framed=framed), status)


@blueprint.app_template_global()
def said(message: str = "") -> list[str]:
    """What was asked on the pages before and now, to save it all: the newest, as much as a form has room for."""
    told = sent_form().getlist("said") + ([message] if message else [])
    told = told[-MOST_MESSAGES:]
    while sum(len("&said=") + len(quote_plus(each)) for each in told) > ROOM_FOR_SAID:
        told = told[1:]
    return told


def turn_number() -> int:
    """How many turns the page shows already, as its script tells; only used to make ids unique."""
    shown = request.headers.get(FRAGMENT, "0")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 6 else 0


blueprint.add_app_template_filter(items, "statement_items")
blueprint.add_app_template_filter(runs, "runs")


@blueprint.app_template_filter("for_country")
def for_country(contacts: Iterable[Contact], country: str) -> list[Contact]:
    """Those for somebody in `country`: its own and those of no country; all of them while none is chosen."""
    return [contact for contact in contacts if not country or contact.country in ("", country)]
