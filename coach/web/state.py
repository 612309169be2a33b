"""The conversation as a signed token that travels with the client: what was shown and what was planned, no message."""

import os
import secrets
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import date
from pathlib import Path

from itsdangerous import BadData, BadPayload, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from coach.choices import AnswerKind
from coach.errors import SettingError, StateRefused
from coach.settings import Key, Settings
from coach.tools.commitment import Plan
from coach.types import Turn

# Counts up whenever what the token holds changes; it stands before the token and is signed with it.
VERSION = "1"
SALT = f"allyship-coach.conversation.{VERSION}"
LONGEST_TOKEN = 8192
# Six turns and a plan take some 8,000 bytes of JSON.
LONGEST_CONTENT = 32 * 1024
KEY_FILE = "signing-key"


@dataclass(frozen=True)
class Conversation:
    """What the token holds: the last turns, the country whose numbers to call are shown first (or empty), and the
    next step that was planned."""

    turns: tuple[Turn, ...] = ()
    country: str = ""
    plan: Plan | None = None


class BoundedSerializer(URLSafeTimedSerializer):
    """itsdangerous signs, dates and compresses; what unpacks to more than was ever packed is refused half-way."""

    def load_payload(self, payload: bytes, *arguments, **options):
        """What is in a payload whose signature was found right; raises BadPayload."""
        if payload.startswith(b"."):
            payload = base64_encode(_inflate(base64_decode(payload[1:])))
        return super().load_payload(payload, *arguments, **options)


class StateSigner:
    """Conversation to token and back; the first key signs, tokens of the others are still read."""

    def __init__(self, keys: Sequence[str], *, max_age: int, today: Callable[[], date] = date.today):
        # The serializer signs with the last key.
        self._serializer = BoundedSerializer(list(reversed(keys)), salt=SALT)
        self._max_age, self._today = max_age, today

    def dump(self, conversation: Conversation) -> str:
        """The token that stands for `conversation`."""
        plan = conversation.plan
        dated = asdict(plan) | {"check_back": plan.check_back.isoformat()} if plan else None
        told = [conversation.country, [astuple(turn) for turn in conversation.turns], dated]
        return f"{VERSION}.{self._serializer.dumps(told)}"

    def load(self, token: str | None) -> Conversation:
        """What is in `token`, nothing for an empty one; raises StateRefused for any that is not ours or too old.

        A plan outlives its conversation: the turns of an old token are left out, the plan stays until nobody will
        come back to it.
        """
        if not token:
            return Conversation()
        if len(token) > LONGEST_TOKEN:
            raise StateRefused("the conversation's token is too long to be one of ours")
        version, _, signed = token.partition(".")
        if version != VERSION:
            raise StateRefused("this conversation's token is not of this version of the coach, or was not made here")
        try:
            # The signature is checked before anything is unpacked, so no stranger's data is ever inflated.
            held, made = self._serializer.loads(signed, return_timestamp=True)
            conversation = _conversation(*held)
        except (BadData, ValueError, TypeError, KeyError):
            raise StateRefused("this conversation's token was not made here, or was changed on the way") from None
        # A token from the future is no older than one of now: the clocks of two machines always differ a little.
        if time.time() - made.timestamp() <= self._max_age:
            return conversation
        if not conversation.plan or conversation.plan.is_past(self._today()):
            raise StateRefused("this conversation is too old to go on with")
        return replace(conversation, turns=())


def signing_keys(settings: Settings) -> tuple[str, ...]:
    """The keys from the settings, or those in `var/`: one is made there once, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.var / KEY_FILE
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        _make_key(path)
        keys = tuple(map(Key, path.read_text("ascii").split()))
    except (OSError, UnicodeDecodeError) as error:
        mend = "mend its permissions, or set COACH_SECRET_KEY"
        raise SettingError(f"no signing key can be kept at {path} ({error}); {mend}") from None
    except ValueError as error:
        raise SettingError(f"a signing key in {path} is too short; {error}") from None
    if not keys:
        raise SettingError(f"the signing key {path} is empty; remove the file, and a new one is made")
    return keys


def _conversation(country: str, turns: list[list], plan: dict[str, str] | None) -> Conversation:
    dated = Plan(**plan | {"check_back": date.fromisoformat(plan["check_back"])}) if plan else None
    return Conversation(tuple(_turn(*fields) for fields in turns), country, dated)


def _turn(kind: str, asked: str, shown: list[str], near: list[str], matched: int) -> Turn:
    return Turn(AnswerKind(kind), asked, tuple(shown), tuple(near), matched)


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(data, LONGEST_CONTENT)
    except zlib.error as error:
        raise BadPayload("it cannot be unpacked", original_error=error) from None
    if not inflater.eof:
        raise BadPayload("it breaks off, or holds more than any conversation")
    return content


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
