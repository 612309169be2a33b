"""Writing one more question into a page: the right file and line, and every other byte as it was."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from coach.content.models import GROUPS
from coach.content.rules.hints import did_you_mean
from coach.errors import CoachError

# What PyYAML counts as the end of a line.
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
FENCE = "---"


class NotWritable(CoachError):
    """A question cannot be written where it should go."""


@dataclass(frozen=True)
class Addition:
    """A file as it was and as it is with the question in it, and the line that holds the question."""

    path: Path
    before: bytes
    after: bytes
    line: int

    def write(self) -> None:
        """Put it into the file at one stroke; raises NotWritable when somebody saved the file meanwhile."""
        self._replace(self.before, self.after)

    def take_back(self) -> None:
        """Give the file its old bytes again."""
        self._replace(self.after, self.before)

    def _replace(self, old: bytes, new: bytes) -> None:
        if self.path.read_bytes() != old:
            raise NotWritable(f"{self.path} was saved by somebody else just now; look at it and try again")
        unfinished = self.path.with_name(f".{self.path.name}.unfinished")
        unfinished.write_bytes(new)
        unfinished.chmod(self.path.stat().st_mode)
        os.replace(unfinished, self.path)


def add_question(folder: Path, target: str, question: str) -> Addition:
    """What adds `question` to a passage, or to the examples of a page in `boundaries/`; nothing is written yet."""
    path = _file(folder, target)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
        start, end = _front_matter(text, path)
        fields = yaml.compose(text[start:end], Loader=yaml.CSafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError):
        mend = "run `python3 scripts/reindex.py --check` and mend them first"
        raise NotWritable(f"{path} has faults of its own; {mend}") from None
    after, position = _with(text, start, _list(fields, target, path), json.dumps(question, ensure_ascii=False))
    line = len(LINE_END.findall(after[:position])) + 1
    return Addition(path, data, after.encode(), line)


def _file(folder: Path, target: str) -> Path:
    page = target.partition("#")[0]
    paths = {path.stem: path for group in GROUPS for path in sorted((folder / group).glob("*.md"))}
    if page not in paths:
        raise NotWritable(f"unknown page '{page}'{did_you_mean(page, paths)}")
    return paths[page]


def _front_matter(text: str, path: Path) -> tuple[int, int]:
    """Where the YAML between the two fences starts and ends."""
    ends = [match.end() for match in LINE_END.finditer(text)]
    starts = [0, *ends]
    lines = [text[start:end].lstrip("\ufeff").rstrip() for start, end in zip(starts, [*ends, len(text)], strict=True)]
    if lines[0] != FENCE or FENCE not in lines[1:]:
        raise NotWritable(f"{path} has no front matter; run `python3 scripts/reindex.py --check`")
    return starts[1], starts[lines.index(FENCE, 1)]


def _list(fields: yaml.Node, target: str, path: Path) -> yaml.SequenceNode:
    """The list that the question belongs to."""
    section = target.partition("#")[2]
    lists = _value(fields, "questions")
    found = _value(lists, section) if section and lists else _value(fields, "examples")
    if not isinstance(found, yaml.SequenceNode) or not found.value:
        where = f"the section '{section}'" if section else "examples"
        raise NotWritable(f"{path} has no questions for {where} yet; write the first one by hand")
    return found


def _value(mapping: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _with(text: str, start: int, questions: yaml.SequenceNode, item: str) -> tuple[str, int]:
    """The text with one more item behind the last of the list, and where that item starts."""
    last = questions.value[-1]
    end = _offset(text, start, last.end_mark)
    if questions.flow_style:
        return f"{text[:end]}, {item}{text[end:]}", end + 2
    # As the last item is written, on a line of its own behind it; a folded text ends behind its line's end already.
    line_end = LINE_END.search(text, end - 1 if LINE_END.match(text[end - 1]) else end)
    first = _offset(text, start, last.start_mark)
    line_start = max((match.end() for match in LINE_END.finditer(text, start, first)), default=start)
    added = f"{text[line_start:first]}{item}{line_end[0]}"
    return f"{text[: line_end.end()]}{added}{text[line_end.end() :]}", line_end.end()


def _offset(text: str, start: int, mark: yaml.Mark) -> int:
    """The place in the text of a mark of the part that begins at `start`."""
    ends = [start, *(match.end() for match in LINE_END.finditer(text, start))]
    return ends[mark.line] + mark.column
