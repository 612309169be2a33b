"""YAML that remembers where each value stands, so that a fault can name its line and column."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

from coach.errors import ContentFaults, Fault

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
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise ContentFaults([Fault(name, line, column, "not UTF-8 text; save the file as UTF-8")]) from None


def read_yaml(text: str, *, name: str, first_line: int = 1) -> Located:
    """The YAML document in `text`; raises ContentFaults on broken YAML or a key given twice."""
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        reader = _Reader(loader, name, first_line)
        value = reader.read(node, ()) if node else None
    except (yaml.YAMLError, ValueError) as error:
        raise ContentFaults([_yaml_fault(error, name, first_line)]) from None
    if reader.faults:
        raise ContentFaults(reader.faults)
    return Located(value, {(): (first_line, 1)} | reader.places)


def _yaml_fault(error: Exception, name: str, first_line: int) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mend = "put text that holds a colon, a quote or a bracket between double quotes"
    return Fault(name, line + first_line, column + 1, f"broken YAML, {problem}; {mend}")


class _Reader:
    def __init__(self, loader: yaml.CSafeLoader, name: str, first_line: int):
        self.loader, self.name, self.first_line = loader, name, first_line
        self.places: dict[Path, Place] = {}
        self.faults: list[Fault] = []
        self.seen: set[int] = set()

    def read(self, node: yaml.Node, path: Path) -> Any:
        self.places.setdefault(path, self._place(node))
        # An alias may nest without end; nothing here needs one.
        if id(node) in self.seen:
            self._fault(node, "an alias (*name) is not allowed; write the value out")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, n)) for n, child in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self.loader.construct_object(key_node, deep=True)
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
