"""The unit that is cited and traced: a statement, and where it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """Points to one noted fact of a source; `fact` is empty for the editors' own suggestions."""

    source: str
    fact: str = ""


@dataclass(frozen=True)
class Statement:
    """One sentence or list item as plain text; `label` is the bold lead-in it starts with.

    In a list, `continues` says that it goes on in the item of the statement before.
    """

    text: str
    citations: tuple[Citation, ...]
    label: str = ""
    in_list: bool = False
    continues: bool = False

    @property
    def body(self) -> str:
        """The text after the label."""
        return self.text[len(self.label) :].lstrip()
