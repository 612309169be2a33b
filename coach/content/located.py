"""YAML that remembers where each value stands, so that a fault can name its line and column."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

from coach.errors import ContentFaults, Fault

DEEPEST = 12
Path = tuple[Hashable, ...]
Place = tuple[int, int]


@dataclass(frozen=True)
class Located:
    """A value, and for each path into it the (line, column) where that part is written."""

    value: Any
    places: dict[Path, Place]

    def place(self, path: Path) -> Place:
        """Where `path` is written, or where the nearest part around it is."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


def read_text(data: bytes, *, name: str) -> str:
    """The bytes as text; raises ContentFaults at the first byte that is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `object` and not `data`: the offset counts from behind a byte order mark.
        place = _after(error.object[: error.start].decode())
        raise ContentFaults([Fault(name, *place, "not UTF-8 text; save the file as UTF-8")]) from None


def read_yaml(text: str, *, name: str, first_line: int = 1) -> Located:
    """The YAML document in `text`; raises ContentFaults on broken YAML or a key given twice."""
    try:
        _check_depth(text, name=name, first_line=first_line)
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        reader = _Reader(loader, name, first_line)
        value = reader.read(node, ()) if node else None
    except yaml.YAMLError as error:
        line, column, problem = _problem(error, text)
        mend = "put text that holds a colon, a quote or a bracket between double quotes"
        raise ContentFaults([Fault(name, line + first_line - 1, column, f"broken YAML, {problem}; {mend}")]) from None
    if reader.faults:
        raise ContentFaults(reader.faults)
    return Located(value, {(): (first_line, 1)} | reader.places)


def _check_depth(text: str, *, name: str, first_line: int) -> None:
    """Raise ContentFaults where values are nested deeper than any file here needs: composing them would recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        opens = isinstance(event, yaml.CollectionStartEvent)
        depth += opens - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            place = event.start_mark.line + first_line, event.start_mark.column + 1
            raise ContentFaults([Fault(name, *place, f"nested more than {DEEPEST} deep; write it flat")])


def _problem(error: yaml.YAMLError, text: str) -> tuple[int, int, str]:
    """(line, column, what is wrong) of broken YAML in `text`."""
    if isinstance(error, yaml.reader.ReaderError):
        # It counts in bytes of UTF-8, and has no mark.
        return *_after(text.encode()[: error.position].decode(errors="ignore")), error.reason
    mark = error.problem_mark
    return mark.line + 1, mark.column + 1, error.problem


def _after(text: str) -> Place:
    """The line and column that come next after `text`."""
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1


class _Reader:
    def __init__(self, loader: yaml.CSafeLoader, name: str, first_line: int):
        self.loader, self.name, self.first_line = loader, name, first_line
        self.places: dict[Path, Place] = {}
        self.faults: list[Fault] = []
        self.seen: set[int] = set()

    def read(self, node: yaml.Node, path: Path) -> Any:
        # An alias may nest without end; nothing here needs one. Its node stands where the anchor is.
        if id(node) in self.seen:
            place = self.places.get(path) or self.places[path[:-1]]
            self.faults.append(Fault(self.name, *place, "an alias (*name) is not allowed; write the value out"))
            return None
        self.places.setdefault(path, self._place(node))
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, n)) for n, child in enumerate(node.value)]
        return self._construct(node)

    def _construct(self, node: yaml.Node, *, deep: bool = False) -> Any:
        try:
            return self.loader.construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError) as error:
            # What PyYAML lets through for a value that looks like a date, a number or another type, and is none.
            self._fault(node, f"'{node.value}' cannot be read ({error}); mend it or put it between double quotes")
            return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self._construct(key_node, deep=True)
            if not isinstance(key, Hashable):
                self._fault(key_node, "a field's name must be a word")
                continue
            if key in mapping:
                self._fault(key_node, f"field {key!r} is given twice; keep one")
            self.places[(*path, key)] = self._place(key_node)
            mapping[key] = self.read(value_node, (*path, key))
        return mapping

    def _place(self, node: yaml.Node) -> Place:
        return node.start_mark.line + self.first_line, node.start_mark.column + 1

    def _fault(self, node: yaml.Node, message: str) -> None:
        self.faults.append(Fault(self.name, *self._place(node), message))
