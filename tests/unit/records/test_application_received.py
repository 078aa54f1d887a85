"""From when the fifteen days of a labour mediation run: which step says that the application was received."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.mediation_requests import application_received
from sync.records.mediations import Host, Mediation
from sync.records.open_clocks import OpenClock, mediation_clocks
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.visits import Category

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="unt_own", store="sto_1", at=DAY)
MEDIATION = Mediation(
    id=new_id("mediation"), made=MADE, matter="mat_1", unit="unt_own", started_at=DAY + timedelta(days=10)
)


def step(kind: StepKind, day: int, **said: Any) -> Step:
    at = DAY + timedelta(days=day)
    return Step(id=new_id("step"), made=MADE, matter="mat_1", kind=kind, happened_at=at, **said)


ACCEPTED, ASKED, TAKEN = StepKind.ACCEPTED, StepKind.MEDIATION_ASKED, StepKind.RECEIVED


@pytest.mark.parametrize(
    ("steps", "day"),
    [
        ([], None),
        ([step(ACCEPTED, 1)], 1),
        ([step(ACCEPTED, 1), step(ACCEPTED, 4)], 1),
        ([step(ACCEPTED, 1, by_unit="unt_bureau")], None),  # another body's word on a petition
        ([step(ACCEPTED, 11)], None),  # the mediation had begun by then
        ([step(ACCEPTED, 1), step(ASKED, 3, host=Host.PEOPLE)], 3),
        ([step(ASKED, 3, host=Host.ADMINISTRATIVE, to_unit="unt_bureau")], None),
        ([step(ASKED, 3, host=Host.PEOPLE, to_unit="unt_bureau"), step(TAKEN, 5, by_unit="unt_own")], 5),
        ([step(ACCEPTED, 1), step(StepKind.CLOSED, 2), step(StepKind.REOPENED, 8)], None),
        ([step(ACCEPTED, 1), step(StepKind.REOPENED, 8), step(ACCEPTED, 9)], 9),
    ],
)
def test_the_application_was_received_when_a_step_says_so(steps: list[Step], day: int | None) -> None:
    expected = None if day is None else DAY + timedelta(days=day)
    assert application_received(steps, MEDIATION) == expected
    assert application_received([*reversed(steps), *steps], MEDIATION) == expected
    matter = Matter(
        id="mat_1", made=MADE, title="欠薪", nature=Nature.DISPUTE, category=Category.LABOUR, unit="unt_own",
        discovered_at=DAY,
    )  # fmt: skip
    (clock,) = mediation_clocks(MEDIATION, matter, (), steps)
    begun = OpenClock("mediation-labour", expected or MEDIATION.started_at, supposed=expected is None)
    assert clock == begun


def test_a_step_that_was_corrected_counts_as_it_stands() -> None:
    wrong = step(ACCEPTED, 1)
    right = step(ACCEPTED, 6, amends=wrong.id)
    assert application_received([wrong, right], MEDIATION) == DAY + timedelta(days=6)
