"""What other units passed here and is still to be done: its clocks stand with all others, and it alone is read."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desktop.actions.open_items import all_open, nearest
from desktop.actions.passed_matters import answer_passed, passed_draft, passed_here, passed_open
from desktop.commands.deadlines import due
from desktop.store.held import hold_back, send_again
from desktop.store.journal import StoreJournal
from desktop.store.rebuild import rebuild_projections
from desktop.store.settling import settle
from desktop.ui.stories.dues import read_dues
from resources import wording
from sync.protocol.messages import Answer, State
from sync.records.audit import Erasure
from sync.records.kinds import STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.matters import StepKind
from sync.records.passed_matters import PassedClock, PassedMatter
from sync.records.passed_parts import PassedStage
from sync.records.record import Made
from tests.support.cost import DeskMeter
from tests.support.window_passed import told
from tests.system.actions.conftest import Station
from tests.system.actions.test_open_items import Told

FEW, MANY = 20, 200


class District:
    """What tells this desk of matters."""

    def __init__(self, station: Station) -> None:
        self.station, self.unit = station, new_identity(UNIT_PREFIX)
        self.made = Made(by="", unit=self.unit, store=new_identity(STORE_PREFIX), at=station.clock.at)

    def tells(self, stage: PassedStage = PassedStage.WAITING, hours: int = 1, **more: Any) -> PassedMatter:
        at = self.station.clock.at - timedelta(hours=hours)
        if stage is PassedStage.WAITING:
            more = {"clocks": (PassedClock("passing-answer", at),), **more}
        return self.keep(told(self.station.desk, self.made, self.unit, at, stage, more.pop("title", "漏水"), **more))

    def again(self, before: PassedMatter, stage: PassedStage, **more: Any) -> PassedMatter:
        said = replace(before, id=new_id("passed_matter"), amends=before.id, stage=stage.value, **more)
        return self.keep(said)

    def keep(self, record: Any) -> Any:
        with self.station.store.write() as work:
            work.add(record)
        return record


@pytest.fixture
def district(station: Station) -> District:
    return District(station)


def clocks(station: Station) -> list[tuple[str, str]]:
    return [(item.clock, f"{item.due:%m-%dT%H:%M:%S}") for item in all_open(station.desk).items]


def answer(station: Station, matter: str, kind: StepKind = StepKind.RECEIVED) -> str:
    draft = passed_draft(station.desk, matter, kind)
    given = {"text": "张工负责", "happened_at": station.clock.at.isoformat()}
    return answer_passed(station.desk, matter, {**draft, **given}).id


def refuse(station: Station, step: str) -> None:
    with station.store.write() as work:
        sealed = work.sealed(step)
        assert sealed is not None
        settle(work, [Answer(step, sealed.hash, State.REFUSED, reason="protocol.out_of_scope", values={})])


def as_the_fold_says(station: Station) -> None:
    """Nothing differs where all of it is made anew, and what is read by what is open is what all of them say."""
    assert rebuild_projections(station.store) == {}
    assert passed_open(station.desk) == [one for one in passed_here(station.desk) if one.open]
    ends = sorted(one.due for one in passed_open(station.desk) if one.due)
    assert [item.due for item in all_open(station.desk).items] == ends


def test_its_clock_runs_until_it_is_answered_told_anew_or_erased(station: Station, district: District) -> None:
    first = district.tells()
    (here,) = passed_here(station.desk)
    assert here.due is not None
    assert clocks(station) == [("passing-answer", f"{here.due:%m-%dT%H:%M:%S}")]
    as_the_fold_says(station)
    step = answer(station, first.matter)
    assert (clocks(station), [one.stage for one in passed_open(station.desk)]) == ([], [PassedStage.HELD])
    as_the_fold_says(station)
    closing = PassedClock("external-due", station.clock.at + timedelta(days=9), counted=True)
    taken = district.again(first, PassedStage.HELD, answers=(step,), clocks=(closing, closing))
    assert [clock for clock, _ in clocks(station)] == ["external-due"]
    as_the_fold_says(station)
    over = district.again(taken, PassedStage.SENT_BACK, answers=(step,), clocks=())
    assert (clocks(station), passed_open(station.desk)) == ([], [])
    as_the_fold_says(station)
    district.keep(Erasure(id=new_id("erasure"), made=district.made, target=over.id, reason="passed_on_over"))
    as_the_fold_says(station)  # what stood before it stands again: it was the district that took the word back
    assert [one.told.id for one in passed_open(station.desk)] == [taken.id]
    for one in (taken, first):
        district.keep(Erasure(id=new_id("erasure"), made=district.made, target=one.id, reason="passed_on_over"))
    assert (clocks(station), passed_here(station.desk)) == ([], [])
    as_the_fold_says(station)


def test_an_answer_that_the_district_refused_lets_the_clock_run_again(station: Station, district: District) -> None:
    matter = district.tells().matter
    step = answer(station, matter, StepKind.RECEIVED)
    before = clocks(station)
    refuse(station, step)
    assert (before, [clock for clock, _ in clocks(station)]) == ([], ["passing-answer"])
    as_the_fold_says(station)
    with station.store.write() as work:
        send_again(work, step)
    assert clocks(station) == []
    as_the_fold_says(station)
    with station.store.write() as work:
        hold_back(work, step)
    assert [clock for clock, _ in clocks(station)] == ["passing-answer"]
    as_the_fold_says(station)
    StoreJournal(station.store).send_missing([(1, 1 << 40)])
    assert clocks(station) == []
    as_the_fold_says(station)


def test_due_and_today_list_it_by_its_matter_with_the_figures_of_its_list(station: Station, district: District) -> None:
    waiting, covered = district.tells(hours=2), district.tells(must_report=True, title="家庭内的事")
    ends = {one.told.matter: one.due for one in passed_here(station.desk)}
    said = due(Namespace(at=station.clock.at.isoformat(), only=""), Told(station.desk))  # type: ignore[arg-type]
    unit = station.desk.session.unit_name
    for row, told_of, title in zip(said.data, (waiting, covered), ("漏水", ""), strict=True):
        end = ends[told_of.matter]
        assert end is not None
        assert (row["id"], row["kind"], row["title"]) == (told_of.matter, "passing-answer", title)
        assert (row["due"], row["state"], row["unit"]) == (end.isoformat(timespec="seconds"), "running", unit)
    words = wording("zh")
    lines = read_dues(station.desk, words).lines
    assert [(line.record, line.due) for line in lines] == [(one.id, ends[one.matter]) for one in (waiting, covered)]
    assert "家庭内的事" not in "".join(line.title + line.detail for line in lines)
    assert words("window.passed_restricted_title") in lines[1].title
    district.again(waiting, PassedStage.WAITING, title="漏水，两户")
    assert lines[0].key in [line.key for line in read_dues(station.desk, words).lines]  # so that it stays put off
    with station.store.read() as reader:
        found = nearest(reader, station.clock.at, 1)
    assert (len(found.later), found.count, found.many) == (1, 2, False), "what is noted as open is no clock"


def test_today_reads_what_is_open_and_nothing_of_what_is_over(station: Station, district: District) -> None:
    waiting = [district.tells(title=f"第{n}件").matter for n in range(3)]
    meter, steps = DeskMeter(station.store), []
    for more in (FEW, MANY):
        for n in range(more):
            district.again(district.tells(hours=9, title=f"办结第{n}件"), PassedStage.SENT_BACK, clocks=())
        passed_open(station.desk)  # what a connection looks up once is not counted
        steps.append(meter.of(lambda: passed_open(station.desk)))
    assert steps[1] == pytest.approx(steps[0], rel=0.02), "as many steps with a tenth of what is over as with all"
    assert {one.told.matter for one in passed_open(station.desk)} == set(waiting)
    assert len(passed_here(station.desk)) == 3 + FEW + MANY


def test_as_many_statements_read_what_is_open_however_many_it_is(station: Station, district: District) -> None:
    def statements() -> int:
        asked: list[str] = []
        with station.store.read() as reader:
            driver = reader._handle.driver
        driver.set_trace_callback(asked.append)
        passed_open(station.desk)
        driver.set_trace_callback(None)
        return len(asked)

    answer(station, district.tells().matter)
    one = statements()
    for _ in range(FEW):
        answer(station, district.tells().matter)
    assert (statements(), len(passed_open(station.desk))) == (one, 1 + FEW)
