"""The settings: one frozen dataclass, read from the environment once, by a function."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args, get_origin

from coach.errors import SettingError

PREFIX = "COACH_"
SHORTEST_PASSWORD = 12
# Scheme, host and port, and nothing that could end a header's directive.
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@dataclass(frozen=True)
class Settings:
    """Each field is the environment variable COACH_<FIELD>."""

    knowledge: Path = ROOT / "knowledge"
    """Folder of the words."""
    var: Path = ROOT / "var"
    """Folder for the built index, the vector cache and the signing key."""
    model: str = "packaged"
    """`packaged` (all-MiniLM-L6-v2), a model folder, or the name of a model already in the local hub cache."""
    secret_key: str = ""
    """Signs conversations; empty means a key made once in `var/`."""
    state_max_age: int = 7 * 24 * 3600
    """Seconds after which a conversation can no longer be continued."""
    threads: int = 8
    """Requests answered at the same time."""
    inbox: str = ""
    """SQLAlchemy URL of the database for what is sent to the editors; empty means `inbox.sqlite` in `var/`."""
    inbox_k: int = 5
    """From so many different texts that mean nearly the same on, `inbox.py` shows them."""
    embed_origins: tuple[str, ...] = ()
    """Origins whose pages may show the chat in a frame, such as `https://intranet.example.org`."""
    leave_url: str = "https://www.bbc.com/weather"
    """Where "Leave this page quickly" leads: an innocent page that loads fast."""
    maintainers: Literal["off", "local", "login"] = "off"
    """Who may open the maintainers' page: nobody, whoever sits at this machine, or who knows the password."""
    maintainers_password: str = ""
    """What `login` asks for, with the user name `maintainer`."""
    gate_tolerance: float = 0.01
    """Share of the golden questions that an edit may lose on balance and still be published."""

    @property
    def index_folder(self) -> Path:
        """Where the versions of the index lie."""
        return self.var / "index"

    @property
    def inbox_url(self) -> str:
        """Where the inbox is."""
        return self.inbox or f"sqlite:///{self.var / 'inbox.sqlite'}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from `environment`; raises SettingError on an unknown COACH_ variable or a bad value."""
    known = {PREFIX + field.name.upper(): field for field in fields(Settings)}
    values = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            raise SettingError(f"unknown setting {name}; {hint}")
        values[known[name].name] = _convert(name, text, known[name].type)
    settings = Settings(**values)
    if settings.maintainers == "login" and len(settings.maintainers_password) < SHORTEST_PASSWORD:
        raise SettingError(f"COACH_MAINTAINERS_PASSWORD must have {SHORTEST_PASSWORD} characters or more")
    return settings


def _convert(name: str, text: str, wanted: type) -> object:
    if wanted is Path:
        return Path(text).expanduser().resolve()
    if get_origin(wanted) is Literal:
        return _choice(name, text, get_args(wanted))
    if wanted is float:
        return _share(name, text)
    if wanted is int:
        if not text.isascii() or not text.isdigit() or int(text) == 0:
            raise SettingError(f"{name} is {text!r}; it must be a whole number above 0")
        return int(text)
    if wanted == tuple[str, ...]:
        return tuple(_origin(name, origin) for origin in text.split())
    return text


def _origin(name: str, text: str) -> str:
    if not ORIGIN.fullmatch(text):
        raise SettingError(
            f"{name} holds {text!r}; write origins such as https://intranet.example.org, with spaces between"
        )
    return text


def _choice(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingError(f"{name} is {text!r}; it must be one of {', '.join(choices)}")
    return text


def _share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise SettingError(f"{name} is {text!r}; it must be a number from 0 to 1")
    return share
