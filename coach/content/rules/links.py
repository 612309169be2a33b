"""From page to page: every link leads somewhere, and every page is led to."""

from collections.abc import Iterator

from coach.choices import AnswerKind
from coach.content.contents import Contents
from coach.content.rules.hints import did_you_mean
from coach.content.strays import SMALL_WORDS
from coach.errors import Fault


def pages(contents: Contents) -> Iterator[Fault]:
    """`related` names pages, `lookalikes` names routes; a link to a page that could not be read is no fault."""
    ids = {file.page.id for file in contents.pages} | contents.unread
    routes = {file.page.id for file in contents.pages if file.page.boundary} | contents.unread | {AnswerKind.ANSWER}
    for file in contents.pages:
        for position, other in enumerate(file.page.related):
            if other not in ids:
                yield file.fault(f"unknown page '{other}'{did_you_mean(other, ids)}", "related", position)
        for really in file.page.boundary.lookalikes if file.page.boundary else ():
            if really in ids - routes:
                mend = f"write '{AnswerKind.ANSWER}' for what the pages answer"
                yield file.fault(f"the page '{really}' is no route; {mend}", "lookalikes", really)
            elif really not in routes:
                yield file.fault(f"unknown route '{really}'{did_you_mean(really, routes)}", "lookalikes", really)


def starters(contents: Contents) -> Iterator[Fault]:
    """The starters are passages that a question asks for."""
    words, located = contents.small_words
    for position, starter in enumerate(words.starters if words else ()):
        if starter not in contents.asked and starter.partition("#")[0] not in contents.unread:
            message = f"unknown passage '{starter}' among the starters{did_you_mean(starter, contents.asked)}"
            yield Fault(contents.file(SMALL_WORDS), *located.place(("starters", position)), message)


def excerpts(contents: Contents) -> Iterator[Fault]:
    """What the small words quote stands in the pages."""
    words, located = contents.small_words
    for name, excerpt in (("ask_first", words.ask_first), ("doors", words.doors)) if words else ():
        passage = contents.passages.get(excerpt.passage)
        if passage:
            labels = {statement.label for statement in passage.statements}
            for position, label in enumerate(excerpt.labels):
                if label not in labels:
                    message = f"no item of {passage.id} has the label '{label}'{did_you_mean(label, labels)}"
                    yield Fault(contents.file(SMALL_WORDS), *located.place((name, "labels", position)), message)
        elif excerpt.passage.partition("#")[0] not in contents.unread:
            message = f"unknown passage '{excerpt.passage}'{did_you_mean(excerpt.passage, contents.passages)}"
            yield Fault(contents.file(SMALL_WORDS), *located.place((name, "passage")), message)


def lonely(contents: Contents) -> Iterator[Fault]:
    """A page that is nobody's `related` is hardly met by chance."""
    led_to = {other for file in contents.pages for other in file.page.related if other != file.page.id}
    for file in contents.pages:
        if not file.page.boundary and file.page.id not in led_to:
            yield file.fault(f"no other page has '{file.page.id}' in its `related`; add it to one or two that fit")
