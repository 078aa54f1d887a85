"""What a station hears of a message: a fact in the scope of what it is about."""

from __future__ import annotations

from datetime import datetime

from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState
from sync.records.times import BEIJING
from sync.server.store.notices import LEADS, Line, mark_read
from sync.server.store.projections import add_own
from sync.server.store.records import lock_numbers
from sync.server.store.store import Connection
from sync.server.tree import made_here


def say(conn: Connection, line: Line, state: NoticeState, at: datetime, text: str = "") -> None:
    """Write the fact; ``text`` is why, in a word of the program."""
    now = at.astimezone(BEIJING)
    fact = Notice(
        id=new_id("notice"),
        made=made_here(conn, now),
        about=line.about,
        unit=line.unit,
        state=state,
        happened_at=now,
        notice=line.notice,
        channel=line.channel,
        staff="" if line.staff == LEADS else line.staff,
        text=text,
    )
    add_own(conn, fact, line.scope, at)


def say_read(conn: Connection, about: str, unit: str, at: datetime, only: str = "") -> None:
    """Somebody of ``unit`` has it before his eyes: its messages are read (or ``only`` one), and one fact says so."""
    lock_numbers(conn)
    for line in mark_read(conn, about, unit, only)[:1]:
        say(conn, line, NoticeState.READ, at)
