"""Files that nothing reads: a writer who put words there would never see them served."""

from collections.abc import Iterator
from pathlib import Path, PurePath

from coach.content.models import GROUPS
from coach.errors import Fault

SOURCES = "sources"
CONTACTS, FOLLOW_UPS, SMALL_WORDS = "contacts.yaml", "follow-ups.yaml", "small-words.yaml"
GOLDEN = "golden-questions.yaml"
TOOLS = ("tools/role-finder.yaml", "tools/next-step.yaml")
ROLE_FINDER, NEXT_STEP = TOOLS
AT_THE_TOP = (CONTACTS, FOLLOW_UPS, SMALL_WORDS, GOLDEN, "README.md")
ENDINGS = dict.fromkeys(GROUPS, ".md") | {SOURCES: ".yaml"}
# What a writer would take for a page or a source; pictures or an editor's leftovers are nobody's words.
WORDS = {".md", ".markdown", ".mdown", ".yaml", ".yml", ".txt", ".docx", ".odt"}


def stray_files(folder: Path) -> Iterator[Fault]:
    """A fault for each file of words below `folder` that is not read."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in place.parts)
        if path.suffix.casefold() in WORDS and not hidden and not _is_read(place) and path.is_file():
            yield Fault(f"{folder.name}/{place.as_posix()}", 1, 1, f"this file is not read; {_mend(place)}")


def _is_read(place: PurePath) -> bool:
    if len(place.parts) == 1:
        return place.name in AT_THE_TOP
    return place.as_posix() in TOOLS or (len(place.parts) == 2 and place.suffix == ENDINGS.get(place.parts[0]))


def _mend(place: PurePath) -> str:
    if len(place.parts) == 1:
        return f"only {', '.join(AT_THE_TOP)} lie here, so move or rename it"
    if place.parts[0] == "tools":
        return f"the tools read {' and '.join(TOOLS)} only, so move or rename it"
    ending = ENDINGS.get(place.parts[0])
    if ending and len(place.parts) == 2:
        return f"name it '{place.stem}{ending}'"
    return f"move it into one of the folders {', '.join(ENDINGS)}, and not deeper"
