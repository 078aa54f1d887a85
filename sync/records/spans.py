"""Stretches of time: joined where they overlap, taken away from a running clock, and the hours of duty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from sync.records.times import BEIJING

_DAY: Final = timedelta(days=1)


class Span(NamedTuple):
    """From ``since`` up to and without ``until``."""

    since: datetime
    until: datetime


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return ``spans`` in their order, joined where they overlap or touch; one that ends before it begins is none."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.since < span.until):
        if joined and span.since <= joined[-1].until:
            joined[-1] = Span(joined[-1].since, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return tuple(joined)


def round_the_clock_end(start: datetime, length: timedelta, rests: Sequence[Span]) -> datetime:
    """Return when ``length`` has run from ``start``, the merged ``rests`` not counted."""
    for span in rests:
        runs = max(span.since - start, timedelta())
        if span.until <= start:
            continue
        if runs >= length:
            break
        length -= runs
        start = span.until
    return (start + length).astimezone(BEIJING)


def duty_end(
    start: datetime,
    length: timedelta,
    rests: Sequence[Span],
    hours: Sequence[tuple[time, time]],
    off: Callable[[date], bool],
) -> datetime:
    """Return when ``length`` of ``hours`` on days that are not ``off`` has run from ``start``, without ``rests``."""
    for span in _on_duty(start, hours, off):
        for piece in _without(span, rests):
            if length <= piece.until - piece.since:
                return piece.since + length
            length -= piece.until - piece.since
    raise OverflowError  # the days never end before the calendar does


def next_on_duty(now: datetime, hours: Sequence[tuple[time, time]], off: Callable[[date], bool]) -> datetime:
    """Return ``now`` within ``hours`` of a day that is not ``off``, ends included, else when these next begin."""
    here = now.astimezone(BEIJING)
    clock = here.time()
    if not off(here.date()) and any(first <= clock <= last for first, last in hours):
        return now
    return next(iter(_on_duty(here, hours, off))).since


def _on_duty(start: datetime, hours: Sequence[tuple[time, time]], off: Callable[[date], bool]) -> Iterator[Span]:
    """Yield the hours of duty from ``start`` on, for ever."""
    day = start.astimezone(BEIJING).date()
    while True:
        for first, last in () if off(day) else hours:
            until = datetime.combine(day, last, BEIJING)
            if until > start:
                yield Span(max(start, datetime.combine(day, first, BEIJING)), until)
        day += _DAY


def _without(span: Span, rests: Sequence[Span]) -> Iterator[Span]:
    """Yield what of ``span`` lies in none of the merged ``rests``."""
    since = span.since
    for rest in rests:
        if rest.until <= since or rest.since >= span.until:
            continue
        if rest.since > since:
            yield Span(since, rest.since)
        since = max(since, rest.until)
    if since < span.until:
        yield Span(since, span.until)
