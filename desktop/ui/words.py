"""Sentences for people: errors, times, money and statuses in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from resources import LANGUAGES, Wording, wording
from sync.records.errors import QianshaoError
from sync.records.graphemes import cut
from sync.records.times import BEIJING, to_minute

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.store.rows import DraftRow

_VALUES: Final = {"step": "stepkind", "nature": "nature"}
"""Values of an error that have a word of their own."""


def sentence(words: Wording, error: QianshaoError) -> str:
    """Return the one sentence that tells ``error``; lists among its values are joined, choices told by their labels."""
    if not words.has(error.key):
        return words("window.no_sentence", key=error.key)
    return words.filled(error.key, {name: _told(words, name, value) for name, value in error.values.items()})


def draft_name(words: Wording, draft: DraftRow) -> str:
    """Return what a draft is called: its form in the reader's language, whatever language it was typed in."""
    key = f"forms.{draft.form}_title"
    if not words.has(key) or draft.title.startswith(words(key)):
        return draft.title
    names = (wording(language)(key) for language in LANGUAGES)
    return next((words(key) + draft.title.removeprefix(n) for n in names if draft.title.startswith(n)), draft.title)


def _told(words: Wording, name: str, value: object) -> object:
    if name == "needs" and isinstance(value, tuple):
        return words("window.list_comma").join(
            "/".join(words(f"records.artefact_{one}") for one in need) for need in value
        )
    if name in _VALUES and words.has(f"records.{_VALUES[name]}_{value}"):
        return words(f"records.{_VALUES[name]}_{value}")
    if name == "kind" and words.has(f"window.kind_{value}"):
        return words(f"window.kind_{value}")
    if name == "roles" and isinstance(value, (list, tuple)):
        keys = [f"records.role_{v}" for v in value]
        return words("window.list_comma").join(words(k) if words.has(k) else k for k in keys)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, (list, tuple)):
        return words("window.list_comma").join(str(v) for v in value)
    return value


def told_of(words: Wording, key: str, done: Done) -> tuple[str, str]:
    """Return what is said of a record that was written, and its tone: of one whose time is in doubt that it is."""
    told = in_doubt(words, words(key, number=done.number).rstrip(), done.dated)
    return told, "warn" if done.dated else "good"


def in_doubt(words: Wording, told: str, dated: datetime | None) -> str:
    """Return what is told, and under which time it was written where the desk's clock is not believed."""
    return words("window.dated", told=told, at=moment(dated)) if dated else told


def moment(at: datetime | None) -> str:
    """Return a time to the minute at +08:00."""
    return to_minute(at) if at is not None else ""


def clock_span(begin: datetime, end: datetime) -> str:
    """Return a time and its end at +08:00; on the same day only the end's clock."""
    last = end.astimezone(BEIJING)
    same = begin.astimezone(BEIJING).date() == last.date()
    return f"{moment(begin)} – {last.strftime('%H:%M') if same else moment(end)}"


def short_moment(words: Wording, at: datetime | None, now: datetime) -> str:
    """Return a time as a list shows it: today only the clock, this year without the year."""
    if at is None:
        return ""
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING)
    if local.date() == today.date():
        return words("window.today_at", clock=local.strftime("%H:%M"))
    if local.year == today.year:
        return local.strftime("%m-%d %H:%M")
    return local.strftime("%Y-%m-%d")


def day(on: date | None) -> str:
    """Return a plain date."""
    return on.isoformat() if on is not None else ""


def money(fen: int | None) -> str:
    """Return an amount in yuan with thousands set apart; ``fen`` are hundredths."""
    if fen is None:
        return ""
    whole, part = divmod(fen, 100)
    return f"{whole:,}.{part:02d}"


def file_size(size: int) -> str:
    """Return a number of bytes as people read it: whole KB, from a MB on with one place."""
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{-(-size // 1024)} KB"


def one_line(text: str, limit: int = 80) -> str:
    """Return ``text`` on one line, cut with an ellipsis after ``limit`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else cut(flat, limit - 1) + "…"
