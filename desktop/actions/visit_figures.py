"""Figures of the visits of a period at this desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import cast

from desktop.actions.desk import Desk
from desktop.store.listing import Filter, lines_of
from sync.records.errors import Refused
from sync.records.statistics import Period
from sync.records.times import BEIJING
from sync.records.visit_figures import VisitFigures, visit_figures
from sync.records.visits import Visit


def figures_of_visits(desk: Desk, period: Period, cancelled: Callable[[], bool] = bool) -> VisitFigures:
    """Return the figures of a period; Refused("lists.cancelled") where ``cancelled`` says so."""
    since = datetime.combine(period.first, time(), BEIJING)
    until = datetime.combine(period.last + timedelta(days=1), time(), BEIJING)
    with desk.store.read() as reader:
        lines = lines_of(reader, "visits", Filter(since=since, until=until), cancelled)
        if cancelled():
            raise Refused("lists.cancelled")
        found = (cast(Visit, value) for _, value in reader.at_lines(lines))
        return visit_figures(found, period.first, period.last)
