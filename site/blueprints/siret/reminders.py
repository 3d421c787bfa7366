"""The reminders of a receipt as a calendar (RFC 5545), written by the icalendar library."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from communaute.domain.siret.values import Receipt, Reminder


# A whole day has no hour: the alarm rings at nine in the morning of that day.
RINGS = timedelta(hours=9)


def calendar_of(receipt: Receipt, address: str) -> bytes:
    """The reminders of a receipt, each a whole day; the same bytes each time.

    `address` is the receipt's own, so that one finds the list again.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Communaute Chorus Pro//Changement de SIRET//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for reminder in receipt.reminders:
        calendar.add_component(event_of(reminder, receipt, address))
    content: bytes = calendar.to_ical()
    return content


def event_of(reminder: Reminder, receipt: Receipt, address: str) -> Event:
    """One reminder. Its identifier and its stamp never change: a second import doubles nothing."""
    event = Event()
    event.add("uid", reminder.uid)
    event.add("dtstamp", receipt.recorded_at)
    event.add("dtstart", reminder.day)
    event.add("dtend", reminder.day + timedelta(days=1))
    event.add("summary", reminder.title)
    event.add("description", f"{reminder.description}\n\n{address}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    event.add_component(alarm_of(reminder))
    return event


def alarm_of(reminder: Reminder) -> Alarm:
    """What rings."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", reminder.title)
    alarm.add("trigger", RINGS)
    return alarm
