"""The golden questions: each can be answered, stands once, and is not taught, or it would test nothing."""

from collections.abc import Iterator

from coach.content.contents import Contents
from coach.content.rules.hints import did_you_mean
from coach.content.rules.questions import all_typed, folded
from coach.content.strays import GOLDEN
from coach.errors import Fault


def unknown(contents: Contents) -> Iterator[Fault]:
    """What a golden question wants is a page or a passage."""
    ids = {file.page.id for file in contents.pages} | set(contents.passages)
    for golden in contents.golden:
        for wanted in golden.wants:
            if wanted not in ids and wanted.partition("#")[0] not in contents.unread:
                message = f"unknown page or passage '{wanted}'{did_you_mean(wanted, ids)}"
                yield Fault(contents.file(GOLDEN), *golden.place, message)


def taught(contents: Contents) -> Iterator[Fault]:
    """A golden question is asked nowhere else: what the coach was told proves nothing."""
    homes = {folded(typed.text): typed.home for typed in all_typed(contents)} if contents.golden else {}
    for golden in contents.golden:
        text = folded(golden.asks)
        if text in homes:
            message = f"this question also stands at {homes[text]}, so it tests nothing; remove one, or ask another way"
            yield Fault(contents.file(GOLDEN), *golden.place, message)
        homes[text] = "another golden question"
