"""Review dates as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from coach.bench.due import Review


def calendar(found: Iterable[Review], *, today: date) -> bytes:
    """One event a day and owner, so that a year's worth of pages does not fill anybody's week."""
    whole = Calendar()
    whole.add("prodid", "-//Allyship Coach//Reviews//EN")
    whole.add("version", "2.0")
    days: dict[tuple[date, str], list[Review]] = {}
    for review in found:
        days.setdefault((review.due, review.owner), []).append(review)
    for (day, owner), due in sorted(days.items()):
        whole.add_component(_event(day, owner, due, today=today))
    return whole.to_ical()


def _event(day: date, owner: str, due: list[Review], *, today: date) -> Event:
    event = Event()
    # The same day and owner give the same event, so that importing it again brings it up to date.
    event.add("uid", f"{sha256(f'{day} {owner}'.encode()).hexdigest()[:32]}@allyship-coach")
    event.add("dtstamp", datetime.combine(today, time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"Allyship Coach: {len(due)} to review ({owner})")
    event.add("description", "\n".join(f"{review.where}: {review.why}" for review in due))
    return event
