"""The settings: one frozen dataclass, read from the environment once, by a function."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_origin

from coach.errors import SettingError

PREFIX = "COACH_"
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


class _Text(str):
    """Text of a certain form; ValueError says what that is."""

    form: re.Pattern
    wanted: str

    def __new__(cls, text: str):
        if not cls.form.fullmatch(text):
            raise ValueError(cls.wanted)
        return super().__new__(cls, text)


class Origin(_Text):
    """Scheme, host and port, and nothing that could end a header's directive."""

    form = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
    wanted = "write origins such as https://intranet.example.org, with spaces between"


class Host(_Text):
    """A host's name without port, or one that starts with a dot and stands for all under it."""

    form = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*")
    wanted = "write names such as coach.example.org, without a port, with spaces between"


class Rate(_Text):
    """So many requests in so much time; empty for no limit."""

    form = re.compile(r"([1-9][0-9]{0,8} per (second|minute|hour|day))?")
    wanted = "write a rate such as '60 per minute', or nothing for no limit"


class Key(_Text):
    """A secret that cannot be guessed."""

    form = re.compile(r"\S{16,}")
    wanted = "use at least 16 characters"


class Password(_Text):
    """What opens the maintainers' door; empty for none."""

    form = re.compile(r"(.{12,})?")
    wanted = "use at least 12 characters"


class Address(_Text):
    """A page of the web."""

    form = re.compile(r"https?://[^\s/]\S*")
    wanted = "write a whole address such as https://www.bbc.com/weather"


class LimitStore(_Text):
    """Where requests are counted; empty for this process's memory."""

    # A sign of the password that ends the host too early must be met here: behind it, it would be quoted as a port.
    form = re.compile(r"(rediss?://(?=\S)([^\s/?#\[\]]*@)?([^\s/?#@:\[\]]*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?([/?]\S*)?)?")
    wanted = "write an address such as redis://127.0.0.1:6379/0, or nothing to count in memory"


PER_CLIENT, FOR_ALL = Rate("60 per minute"), Rate("1200 per minute")
IN_MEMORY = LimitStore("")
NO_PASSWORD = Password("")
INNOCENT = Address("https://www.bbc.com/weather")
# What is told of a bad one in its place: a secret must not stand in a log, and an address may hold a password.
SECRETS = {"secret_key": "too short", "maintainer_password": "too short", "limit_store": "no such address"}


class Failure(StrEnum):
    """What happens to requests while the store of the limits is away."""

    OPEN = "open"
    CLOSED = "closed"


class Precision(StrEnum):
    """The numbers that the weights of the exported model are held in."""

    FLOAT32 = "float32"
    INT8 = "int8"


class Switch(StrEnum):
    """On or off."""

    OFF = "off"
    ON = "on"


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True)
class Settings:
    """Each field is the environment variable COACH_<FIELD>."""

    knowledge: Path = ROOT / "knowledge"
    """Folder of the words."""
    var: Path = ROOT / "var"
    """Folder for the built index, the vector cache and the signing key."""
    model: str = "packaged"
    """`packaged` (all-MiniLM-L6-v2), a model folder, or the name of a model already in the local hub cache."""
    precision: Precision = Precision.FLOAT32
    """Of the exported model: `float32` as trained, or `int8`, which is faster and smaller and a little less exact."""
    secret_key: tuple[Key, ...] = ()
    """The first signs conversations, those after it are still read; none means a key made once in `var/`."""
    state_max_age: int = 7 * 24 * 3600
    """Seconds after which a conversation can no longer be continued."""
    threads: int = 8
    """Requests answered at the same time."""
    repeats: int = 0
    """Answers kept in memory for when the same is asked again at the same place of a conversation; 0 keeps none."""
    inbox: str = ""
    """SQLAlchemy URL of the database for what is sent to the editors; empty means `inbox.sqlite` in `var/`."""
    inbox_k: int = 5
    """From so many different texts that mean nearly the same on, `inbox.py` shows them."""
    leave_url: Address = INNOCENT
    """Where "Leave this page quickly" leads: an innocent page that loads fast."""
    embed_origins: tuple[Origin, ...] = ()
    """Origins whose pages may show the chat in a frame, such as `https://intranet.example.org`."""
    hosts: tuple[Host, ...] = ()
    """Names under which the chat may be asked for; none means any."""
    proxies: int = 0
    """How many proxies of ours stand before the chat: as many of the `X-Forwarded` headers are believed."""
    limit_client: Rate = PER_CLIENT
    """Requests that one client may send."""
    limit_all: Rate = FOR_ALL
    """Requests that all clients together may send."""
    limit_store: LimitStore = IN_MEMORY
    """Redis that counts for several processes; empty counts in memory, each process for itself."""
    limit_failure: Failure = Failure.OPEN
    """Without its Redis the chat goes on, each process counting for itself (`open`), or says 503 (`closed`)."""
    maintainers: Switch = Switch.OFF
    """Whether there is a maintainers' page; who may open it, the next two say."""
    maintainer_password: Password = NO_PASSWORD
    """Opens what is for maintainers and operators (user name `maintainer`); empty opens it to this machine only."""
    maintainer_header: str = ""
    """A header that only a proxy of ours can set, with who is logged in; needs `proxies`."""
    log_format: LogFormat = LogFormat.TEXT
    """`text` for people, `json` for a log collector."""
    gate_tolerance: float = 0.01
    """Share of the golden questions that an edit may lose on balance and still be published."""

    @property
    def index_folder(self) -> Path:
        """Where the versions of the index lie."""
        return self.var / "index"

    @property
    def models_folder(self) -> Path:
        """Where the exported models lie, each in a folder named by the identity of the model."""
        return self.var / "models"

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
        values[known[name].name] = _value(name, text, known[name])
    settings = Settings(**values)
    if settings.maintainer_header and not settings.proxies:
        raise SettingError("COACH_MAINTAINER_HEADER needs COACH_PROXIES: without a proxy, anybody can send that header")
    return settings


def _value(name: str, text: str, field: Field) -> object:
    try:
        return _convert(text, field)
    except ValueError as error:
        told = SECRETS.get(field.name) or repr(text)
        raise SettingError(f"{name} is {told}; {error}") from None


def _convert(text: str, field: Field) -> object:
    wanted = field.type
    if wanted is Path:
        return Path(text).expanduser().resolve()
    if get_origin(wanted) is tuple:
        return tuple(map(get_args(wanted)[0], text.split()))
    if wanted is float:
        return _share(text)
    if wanted is int:
        return _number(text, least=min(1, field.default))
    if issubclass(wanted, StrEnum) and text not in set(wanted):
        raise ValueError(f"it must be one of {', '.join(wanted)}")
    return wanted(text)


def _number(text: str, *, least: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < least:
        raise ValueError(f"it must be a whole number {'above 0' if least else 'from 0'}")
    return int(text)


def _share(text: str) -> float:
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise ValueError("it must be a number from 0 to 1")
