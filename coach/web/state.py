"""The conversation as a signed token that travels with the client: what was shown, nothing that was typed."""

import os
import secrets
from dataclasses import astuple, dataclass
from pathlib import Path

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from coach.choices import AnswerKind
from coach.errors import SettingError, StateRefused
from coach.settings import Settings
from coach.types import Turn

SALT = "allyship-coach.conversation.3"
LONGEST_TOKEN = 8192
KEY_FILE = "signing-key"


@dataclass(frozen=True)
class Conversation:
    """What the token holds: the last turns, and the country whose numbers to call are shown first (or empty)."""

    turns: tuple[Turn, ...] = ()
    country: str = ""


class StateSigner:
    """Conversation to token and back; itsdangerous signs, dates and compresses."""

    def __init__(self, key: str, *, max_age: int):
        self._serializer = URLSafeTimedSerializer(key, salt=SALT)
        self._max_age = max_age

    def dump(self, conversation: Conversation) -> str:
        """The token that stands for `conversation`."""
        return self._serializer.dumps([conversation.country, [astuple(turn) for turn in conversation.turns]])

    def load(self, token: str | None) -> Conversation:
        """What is in `token`, nothing for an empty one; raises StateRefused for any that is not ours or too old."""
        if not token:
            return Conversation()
        if len(token) > LONGEST_TOKEN:
            raise StateRefused("the conversation's token is too long to be one of ours")
        try:
            # The signature is checked before anything is unpacked, so no stranger's data is ever inflated.
            country, turns = self._serializer.loads(token, max_age=self._max_age)
        except SignatureExpired:
            raise StateRefused("this conversation is too old to go on with") from None
        except (BadData, UnicodeError):
            raise StateRefused("this conversation's token was not made here, or was changed on the way") from None
        return Conversation(tuple(_turn(*fields) for fields in turns), country)


def _turn(kind: str, asked: str, shown: list[str], near: list[str], matched: int) -> Turn:
    return Turn(AnswerKind(kind), asked, tuple(shown), tuple(near), matched)


def signing_key(settings: Settings) -> str:
    """The key from the settings, or the one in `var/`, made there once and readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.var / KEY_FILE
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        _make_key(path)
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        mend = "mend its permissions, or set COACH_SECRET_KEY"
        raise SettingError(f"no signing key can be kept at {path} ({error}); {mend}") from None
    if not key:
        raise SettingError(f"the signing key {path} is empty; remove the file, and a new one is made")
    return key


def _make_key(path: Path) -> None:
    if path.exists():
        return
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        # A link fails when the name is taken: of two processes that start at once, both use the first one's key.
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
