"""A page's Markdown to sections of cited statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from coach.choices import PassageKind
from coach.content.located import Place
from coach.errors import ContentFaults, Fault
from coach.types import Citation, Statement

HEADING = re.compile(r"^(?P<text>.*\S)\s*\{#(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\s+\.(?P<kind>[a-z-]+))?\}$")
GROUP = re.compile(r"\[(?P<inside>@[^\]]*)\]")
CITATION = re.compile(r"@(?P<source>[a-z0-9][a-z0-9-]*)(?:,\s*(?P<fact>f[0-9]+))?")
EDITORS = "coach"
# Tokens that only frame text; any other block (table, code, quotation, raw HTML) is refused.
FRAMES = {"paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open"}
FRAMES |= {"list_item_close", "heading_close", "front_matter"}
FRAMES |= {"thead_open", "tbody_open", "tr_open", "th_open", "td_open"}  # their table is refused already
# The parser's names that a writer would not know.
NAMES = {"hr": "rule", "fence": "code block", "html_block": "piece of HTML", "ordered_list": "numbered list"}
NAMES |= {"blockquote": "quotation", "html_inline": "HTML", "code_inline": "code", "image": "picture"}
NAMES |= {"hardbreak": "line break", "em": "italics", "strong": "bold"}

# Tables are read to be refused, they pass for text otherwise. A reference, like `[words]: more words`, would vanish.
_markdown = MarkdownIt("commonmark").enable("table").disable("reference").use(front_matter_plugin)
LINE_END = re.compile(r"\r\n?|\n")
# Text that no rule of Markdown touches needs no second reading: nine statements of ten.
PLAIN = re.compile(r"[^*_`\[\]<>!\\&\r\n]*")


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; `places` runs beside `statements`."""

    id: str
    kind: PassageKind
    heading: str
    place: Place
    statements: list[Statement]
    places: list[Place]


@dataclass(frozen=True)
class Document:
    """A page's parts: the text of its front matter (None if there is none), and its sections."""

    front_matter: str | None
    sections: list[Section]
    faults: list[Fault]


def read_markdown(text: str, *, name: str) -> Document:
    """The parts of a page, with every fault of form found on the way."""
    return _Parser(text, name).document()


def read_statements(text: str, *, name: str, place: Place) -> tuple[Statement, ...]:
    """The cited statements of a value that stands at `place` in a YAML file; raises ContentFaults."""
    document = read_markdown(f"## Words {{#definition}}\n{text}", name=name)
    if document.faults:
        raise ContentFaults([Fault(name, *place, fault.message) for fault in document.faults])
    if len(document.sections) > 1:
        raise ContentFaults([Fault(name, *place, "a heading cannot stand in this text; remove it")])
    return tuple(document.sections[0].statements)


class _Parser:
    def __init__(self, text: str, name: str):
        self.name = name
        self.lines = LINE_END.split(text)
        self.tokens = _markdown.parse(text)
        self.faults: list[Fault] = []
        self.sections: list[Section] = []
        self.headed = False

    def document(self) -> Document:
        front_matter = next((token.content for token in self.tokens if token.type == "front_matter"), None)
        depth = 0
        for position, token in enumerate(self.tokens):
            depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
            if token.type == "heading_open":
                self._heading(token, self.tokens[position + 1])
            elif token.type == "inline" and self.tokens[position - 1].type == "paragraph_open":
                self._paragraph(token, in_list=depth > 0)
            elif token.type not in FRAMES and token.type != "inline" and not token.type.endswith("_close"):
                message = f"a {_name(token)} is not part of the format; use sentences or a list"
                self._fault(token.map[0] + 1, 1, message)
        return Document(front_matter, self.sections, self.faults)

    def _heading(self, token: Token, inline: Token) -> None:
        self.headed = True
        line = token.map[0] + 1
        match = HEADING.match(inline.content)
        if token.tag != "h2" or not match:
            self._fault(line, 1, "a heading must read `## What it is about {#id}`, with two hashes and an id")
            return
        kind = match["kind"] or match["id"]
        if kind not in set(PassageKind):
            near = get_close_matches(kind, list(PassageKind), n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"name one, as in {{#{match['id']} .how-to}}"
            self._fault(line, inline_column(self.lines[line - 1], "{#"), f"unknown section kind '{kind}'; {hint}")
            return
        if any(section.id == match["id"] for section in self.sections):
            self._fault(line, 1, f"section id '{match['id']}' is used twice; give one of them another id")
        self.sections.append(Section(match["id"], PassageKind(kind), match["text"], (line, 1), [], []))

    def _paragraph(self, inline: Token, *, in_list: bool) -> None:
        start = 0
        if not self.sections:
            if not self.headed:
                self._fault(inline.map[0] + 1, 1, "text before the first section; put it under a `## heading {#id}`")
            return
        for group in GROUP.finditer(inline.content):
            raw = inline.content[start : group.start()]
            place = self._place(inline, start + len(raw) - len(raw.lstrip()))
            citations = tuple(self._citations(inline, group))
            self._statement(raw, place, citations, in_list=in_list, first=start == 0)
            start = group.end()
        rest = inline.content[start:].strip()
        if rest:
            place = self._place(inline, inline.content.index(rest, start))
            self._fault(*place, "a statement without a citation; end it with [@source-id, fact-id] or [@coach]")

    def _statement(
        self, raw: str, place: Place, citations: tuple[Citation, ...], *, in_list: bool, first: bool
    ) -> None:
        label, text = self._plain(raw.strip(), place)
        if not text:
            self._fault(*place, "a citation with no sentence before it; join it to the one before with `;`")
            return
        section = self.sections[-1]
        continues = in_list and not first
        section.statements.append(Statement(text, citations, label, in_list, continues))
        section.places.append(place)

    def _plain(self, raw: str, place: Place) -> tuple[str, str]:
        """(label, whole text) without markup; a label is the bold run that opens a statement."""
        if PLAIN.fullmatch(raw):
            return "", raw
        label, parts, bold = "", [], False
        for token in _markdown.parseInline(raw)[0].children or []:
            if token.type in ("text", "softbreak"):
                parts.append(" " if token.type == "softbreak" else token.content)
            elif token.type == "strong_open" and not "".join(parts):
                bold = True
            elif token.type == "strong_close" and bold:
                label, bold = "".join(parts), False
            else:
                self._fault(*place, f"a statement holds plain text and one bold label; remove the {_name(token)}")
                return "", raw
        return label, "".join(parts).strip()

    def _citations(self, inline: Token, group: re.Match[str]) -> Iterator[Citation]:
        offset = group.start("inside")
        for part in group["inside"].split(";"):
            match = CITATION.fullmatch(part.strip())
            place = self._place(inline, offset + len(part) - len(part.lstrip()))
            offset += len(part) + 1
            if not match or (match["source"] == EDITORS) != (match["fact"] is None):
                self._fault(
                    *place, f"citation '{' '.join(part.split())}' must read `@source-id, f1`, or `@coach` alone"
                )
            else:
                yield Citation(match["source"], match["fact"] or "")

    def _place(self, inline: Token, offset: int) -> Place:
        """Line and column in the file of a character of the token's text."""
        before = inline.content[:offset]
        row = before.count("\n")
        line = inline.map[0] + row
        start = inline_column(self.lines[line], inline.content.split("\n")[row])
        return line + 1, start + offset - (before.rfind("\n") + 1)

    def _fault(self, line: int, column: int, message: str) -> None:
        self.faults.append(Fault(self.name, line, column, message))


def _name(token: Token) -> str:
    kind = token.type.removesuffix("_open")
    return NAMES.get(kind, kind.replace("_", " "))


def inline_column(line: str, part: str) -> int:
    """Column, counted from 1, where `part` starts in `line`."""
    return max(line.find(part), 0) + 1
