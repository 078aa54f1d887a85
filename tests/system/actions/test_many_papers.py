"""Several papers in one go on a real store: each its own print, none lost by another's trouble, stopped between two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from desktop.actions.list_views import View, keep_view, view_of
from desktop.actions.many_papers import send_many
from desktop.actions.print_jobs import Wanted
from desktop.actions.visits import log_visit
from desktop.devices.printers import How, Job, JobState, JobTold, PrinterTold
from desktop.forms.form import Draft
from desktop.store.links import prints_of
from desktop.store.prints import outcomes_of
from sync.records.errors import Refused, Unavailable
from sync.records.papers import PaperKind
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station


def logged(station: Station, visitor: Callable[..., Draft], many: int) -> list[str]:
    return [log_visit(station.desk, station.draft("visit", **visitor(text=f"第{i}件事"))).id for i in range(many)]


class Tray:
    """A print system that keeps what it is given: ``copies`` of each; it takes no sheet on which ``jams`` stands."""

    def __init__(self, jams: str = "无", copies: int = 1) -> None:
        self.jams, self.copies, self.sent = jams, copies, list[bytes]()

    def names(self) -> tuple[str, ...]:
        return ("柜台",)

    def default(self) -> str:
        return "柜台"

    def told(self, name: str) -> PrinterTold:
        return PrinterTold("idle")

    def print_pdf(self, name: str, pdf: bytes, how: How | None = None, title: str = "") -> Job:
        assert how == How(self.copies)
        if self.jams in text_of(pdf):
            raise Unavailable("window.printer_not_there")
        self.sent.append(pdf)
        return Job(name, f"柜台-{len(self.sent)}")

    def state(self, job: Job) -> JobTold:
        return JobTold(JobState.PRINTED)


SHEETS = Wanted(PaperKind.REGISTRATION, "", "柜台")


def test_each_paper_is_a_print_of_its_own_and_one_that_stays_holds_up_no_other(
    station: Station, visitor: Callable[..., Draft]
) -> None:
    ids = logged(station, visitor, 3)
    tray = Tray("第1件事")
    told: list[tuple[int, int]] = []
    subjects = [ids[0], "vis_0198a0000000700080000000000000ff", *ids[1:]]
    done = send_many(station.desk, tray, SHEETS, subjects, lambda d, t: told.append((d, t)))

    assert (done.printed, done.left) == (2, 0)
    assert [(subject, error.key) for subject, error in done.stayed] == [
        (subjects[1], "store.no_such_record"),
        (ids[1], "window.printer_not_there"),
    ]
    assert ["第0件事" in text_of(tray.sent[0]), "第2件事" in text_of(tray.sent[1])] == [True, True]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with station.store.read() as reader:
        prints = [prints_of(reader, each) for each in ids]
        results = [outcomes_of(reader, [p.id for p in some]) for some in prints]
    assert [[(p.copy, p.copies, p.printer) for p in some] for some in prints] == [[(1, 1, "柜台")]] * 3
    assert [[o.result.value for o in some.values()] for some in results] == [["printed"], ["not_taken"], ["printed"]]
    assert done.changes.touches("print", "print_outcome")


def test_it_stops_between_two_papers_and_says_how_many_are_left(
    station: Station, visitor: Callable[..., Draft]
) -> None:
    ids = logged(station, visitor, 3)
    tray = Tray()
    done = send_many(station.desk, tray, SHEETS, ids, cancelled=lambda: bool(tray.sent))
    assert (done.printed, done.left, len(tray.sent)) == (1, 2, 1)
    with station.store.read() as reader:
        assert [len(prints_of(reader, each)) for each in ids] == [1, 0, 0]


def test_who_may_not_print_prints_none(station: Station, visitor: Callable[..., Draft]) -> None:
    ids = logged(station, visitor, 1)
    nobody = replace(station.desk, session=replace(station.desk.session, roles=frozenset()))
    with pytest.raises(Refused):
        send_many(nobody, Tray(), SHEETS, ids)


def test_how_a_list_is_liked_is_kept_for_each_person(station: Station) -> None:
    liked = View(("text", "visitor"), {"visitor": 200}, "happened_at", rising=True, groups="category")
    keep_view(station.desk, "visits", liked)

    assert view_of(station.desk, "visits") == liked
    assert view_of(station.desk, "matters") == View()
    assert view_of(station.secretary, "visits") == View()
    with station.store.write() as work:
        work.set_meta(f"list:visits:{station.desk.session.staff}", '{"columns": 7}')
    assert view_of(station.desk, "visits") == View()
