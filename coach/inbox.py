"""What readers send to the editors: the text and the ISO week, and nothing else."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, create_engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from coach.errors import InboxUnavailable, MessageRefused, SettingError

LONGEST_TEXT = 2000
# The largest number that an INTEGER holds in every database.
LARGEST_ID = 2**31 - 1

metadata = MetaData()
sent = Table(
    "sent",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("week", String(8), nullable=False),
    Column("text", Text, nullable=False),
)


@dataclass(frozen=True)
class Letter:
    """One text that a reader sent, and the ISO week in which it came."""

    id: int
    week: str
    text: str


class Inbox:
    """A table in any database that SQLAlchemy reaches; nothing is opened before the first text arrives."""

    def __init__(self, url: str):
        try:
            # Its errors would quote the text to a log.
            self._engine = create_engine(url, hide_parameters=True)
        except (ArgumentError, ImportError) as error:
            mend = "write an SQLAlchemy URL and install its driver, or leave it out"
            raise SettingError(f"COACH_INBOX cannot be used ({error}); {mend}") from None
        self._made = False
        self._lock = Lock()

    def add(self, text: str, *, today: date) -> None:
        """Keep `text` as it is and the week of `today`; raises MessageRefused or InboxUnavailable."""
        _check(text)
        year, week, _ = today.isocalendar()
        try:
            self._make()
            # Numbers that count up would tie each text to its line in the log.
            number = 1 + secrets.randbelow(LARGEST_ID)
            with self._engine.begin() as connection:
                connection.execute(sent.insert().values(id=number, week=f"{year}-W{week:02}", text=text))
            self._shuffle()
        except (SQLAlchemyError, OSError):
            raise InboxUnavailable("this could not be sent just now; it is still here, so try again later") from None

    def letters(self) -> list[Letter]:
        """Everything that was sent and not deleted, week by week; raises InboxUnavailable."""
        with self._connected() as connection:
            rows = connection.execute(sent.select().order_by(sent.c.week, sent.c.id))
            return [Letter(row.id, row.week, row.text) for row in rows]

    def delete(self, letters: Iterable[Letter]) -> None:
        """Forget `letters`, on the disk too; raises InboxUnavailable."""
        with self._connected() as connection:
            if self._engine.dialect.name == "sqlite":
                # Otherwise the words stay in the file until something else is written over them.
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for letter in letters:
                connection.execute(sent.delete().where(sent.c.id == letter.id, sent.c.text == letter.text))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            self._make()
            with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise InboxUnavailable(f"the inbox cannot be read ({type(error).__name__}); check COACH_INBOX") from None

    def _shuffle(self) -> None:
        """Have SQLite lay its rows in the order of their numbers: it adds them in that in which they came."""
        if self._engine.dialect.name != "sqlite":
            return
        # Kept it is; should another process be writing just now, the next text brings the order.
        with suppress(SQLAlchemyError), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")

    def _make(self) -> None:
        with self._lock:
            if self._made:
                return
            if self._engine.dialect.name == "sqlite" and self._engine.url.database:
                path = Path(self._engine.url.database)
                path.parent.mkdir(parents=True, exist_ok=True)
                # For its owner's eyes only.
                path.touch(mode=0o600)
            metadata.create_all(self._engine)
            self._made = True


def _check(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MessageRefused("the text holds half a character (a lone surrogate); type it again") from None
    if not text.strip():
        raise MessageRefused("there is nothing to send yet; type what the editors should read")
    if len(text) > LONGEST_TEXT:
        raise MessageRefused(f"the text has {len(text)} characters; {LONGEST_TEXT} is the most")
