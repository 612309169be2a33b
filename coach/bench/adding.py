"""From the maintainers' page or a terminal into a page: a question is written, checked, and taken back at a fault."""

from coach.check import check
from coach.content.additions import Addition, NotWritable, add_question
from coach.dialogue.messages import clean
from coach.errors import ContentFaults
from coach.settings import Settings


def add(settings: Settings, target: str, question: str) -> Addition:
    """Write `question` for a passage; raises ContentFaults, NotWritable or MessageRefused with nothing changed."""
    text = " ".join(clean(question).split())
    try:
        addition = add_question(settings.knowledge, target, text)
        addition.write()
    except OSError as error:
        mend = "let the user that the coach runs as write there, or add the question by hand"
        raise NotWritable(f"{error.filename} cannot be written ({error.strerror}); {mend}") from None
    try:
        check(settings)
    except ContentFaults as error:
        addition.take_back()
        own = [fault for fault in error.faults if fault.path.endswith(f"/{addition.path.name}")]
        # A fault elsewhere was there before: the writer must see it, and it is not this question's.
        raise ContentFaults(own or error.faults) from None
    return addition
