"""A plan to take away: as Markdown, and as a day in a calendar (RFC 5545)."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from coach.rendering import escape_markdown
from coach.tools.commitment import Plan

if TYPE_CHECKING:
    from icalendar import Alarm

PRODUCT = "-//Allyship Coach//Next step//EN"
# A whole day begins at midnight; the reminder comes when people are at work.
REMINDER = timedelta(hours=9)


def to_markdown(plan: Plan, *, link: str) -> str:
    """The plan as a short Markdown document; `link` is the page to come back to."""
    told = {"When": plan.when, "I will": plan.will} | ({"For": plan.whom} if plan.whom else {})
    lines = ["# My next step", "", *(f"- **{name}:** {escape_markdown(text)}" for name, text in told.items())]
    lines += [f"- **Check back on:** {plan.check_back.isoformat()}", "", f"How did it go? <{link}>", ""]
    return "\n".join(lines)


def to_calendar(plan: Plan, *, link: str, now: datetime | None = None) -> bytes:
    """The check-back day as an iCalendar file with one private event and its alarm."""
    # Here and not above: most processes answer many questions before the first plan is taken away.
    from icalendar import Calendar, Event, vUri

    event = Event()
    event.add("uid", str(uuid.uuid4()))
    event.add("dtstamp", now or datetime.now(UTC))
    event.add("dtstart", plan.check_back)
    event.add("dtend", plan.check_back + timedelta(days=1))
    event.add("summary", "Check back on my next step")
    event.add("description", _told(plan, link))
    event["url"] = vUri(link)
    # Colleagues may see each other's calendars: not what it is about, and not as a busy day.
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm())
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return calendar.to_ical()


def _alarm() -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Check back on my next step")
    alarm.add("trigger", REMINDER)
    return alarm


def _told(plan: Plan, link: str) -> str:
    whom = [f"For: {plan.whom}"] if plan.whom else []
    return "\n".join([f"When: {plan.when}", f"I will: {plan.will}", *whom, f"How did it go? {link}"])
