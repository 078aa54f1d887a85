"""How long a mediation lasts: what the parties agree on moves its end, by the one engine, whatever came first."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest

from desktop.actions.calendars import calendar
from desktop.actions.deadlines import deadline_rules
from sync.records.deadlines import Deadline, deadline, end_of
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.mediation_events import MediationEvent, MediationEventKind, SuspensionReason
from sync.records.mediation_periods import GENERAL, LABOUR, MEDICAL, mediation_period
from sync.records.mediations import Mediation, Outcome
from sync.records.open_clocks import OpenClock, mediation_clocks
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.visits import Category

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="unt_own", store="sto_1", at=DAY)
MEDIATION = Mediation(id="med_1", made=MADE, matter="mat_1", unit="unt_own", started_at=DAY)
PERIOD = MediationEventKind.PERIOD_AGREED


def matter(category: Category | None) -> Matter:
    return Matter(
        id="mat_1", made=MADE, title="漏水", nature=Nature.DISPUTE, category=category, unit="unt_own", discovered_at=DAY
    )


def event(name: str, day: int, kind: MediationEventKind = PERIOD, **more: object) -> MediationEvent:
    at = DAY + timedelta(days=day)
    given = {"present": ("张伟", "李强"), "text": "等对方筹款。", **more}
    return MediationEvent(id=f"mev_{name}", made=MADE, mediation="med_1", kind=kind, happened_at=at, **given)  # type: ignore[arg-type]


def ends(category: Category | None, events: tuple[MediationEvent, ...], steps: tuple[Step, ...] = ()) -> Deadline:
    period = mediation_period(MEDIATION, matter(category), events, steps)
    rule = deadline_rules()[period.kind]
    return deadline(rule, period.start, calendar(), period.rests, period.extensions)


def keys(found: Deadline) -> list[str]:
    return [one.key for one in found.assumed]


def test_without_an_agreement_the_law_s_days_run() -> None:
    assert ends(Category.NEIGHBOURS, ()).last_day == date(2026, 4, 1)
    assert mediation_clocks(MEDIATION, matter(Category.NEIGHBOURS)) == (OpenClock(GENERAL, DAY),)
    assert mediation_clocks(MEDIATION, None) == (OpenClock(GENERAL, DAY),)


@pytest.mark.parametrize("until", [date(2026, 3, 12), date(2026, 5, 2)])
def test_what_the_parties_agree_on_takes_the_place_of_the_thirty_days(until: date) -> None:
    """A shorter one too, and to the day that they named, be it a rest day."""
    events = (event("a", 3, until=until),)
    found = ends(Category.NEIGHBOURS, events)
    assert (found.due, keys(found)) == (end_of(until), ["records.period_agreed"])
    assert found.assumed[0].values == (("until", until.isoformat()),)
    clock = OpenClock(GENERAL, end_of(until), agreed=True)
    assert mediation_clocks(MEDIATION, matter(Category.NEIGHBOURS), events) == (clock,)


def test_the_later_agreement_holds_whatever_came_first() -> None:
    one, two = event("z", 3, until=date(2026, 5, 20)), event("a", 20, until=date(2026, 4, 20))
    wrong = event("w", 25, until=date(2026, 9, 9))
    right = event("r", 2, until=date(2026, 3, 9), amends="mev_w", amend_reason="写错了")
    for some in permutations((one, two, wrong, right)):
        found = ends(Category.NEIGHBOURS, some)
        assert (found.last_day, keys(found)) == (date(2026, 4, 20), ["records.period_agreed"])
        (clock,) = mediation_clocks(MEDIATION, matter(Category.NEIGHBOURS), some)
        assert clock.at == found.due


def test_an_agreement_after_the_end_holds_and_is_told_as_late() -> None:
    found = ends(Category.NEIGHBOURS, (event("a", 31, until=date(2026, 5, 2)),))
    assert (found.last_day, keys(found)) == (date(2026, 5, 2), ["records.period_agreed_late"])
    assert dict(found.assumed[0].values)["asked"] == "2026-04-02 09:00"
    first, second = event("a", 3, until=date(2026, 3, 12)), event("b", 12, until=date(2026, 5, 2))
    assert keys(ends(Category.NEIGHBOURS, (second, first))) == ["records.period_agreed_late"]


def test_a_labour_dispute_goes_on_and_arbitration_stays_open() -> None:
    accepted = Step(id="stp_1", made=MADE, matter="mat_1", kind=StepKind.ACCEPTED, happened_at=DAY)
    assert ends(Category.LABOUR, (), (accepted,)).last_day == date(2026, 3, 17)
    events = (event("a", 3, until=date(2026, 4, 30)),)
    found = ends(Category.LABOUR, events, (accepted,))
    assert (found.last_day, keys(found)) == (date(2026, 4, 30), ["records.period_agreed_labour"])
    clocks = mediation_clocks(MEDIATION, matter(Category.LABOUR), events, (accepted,))
    assert clocks == (OpenClock(LABOUR, found.due, agreed=True),)


def test_a_medical_one_is_prolonged_while_it_runs_and_never_made_shorter() -> None:
    plain = ends(Category.MEDICAL, ())
    assert plain.last_day == date(2026, 4, 14)
    longer = (event("a", 30, until=date(2026, 6, 1)),)
    found = ends(Category.MEDICAL, longer)
    assert (found.last_day, keys(found)) == (date(2026, 6, 1), ["records.period_agreed"])
    assert mediation_clocks(MEDIATION, matter(Category.MEDICAL), longer) == (OpenClock(MEDICAL, DAY, rests=True),)
    shorter = ends(Category.MEDICAL, (event("a", 3, until=date(2026, 3, 20)),))
    assert (shorter.last_day, keys(shorter)) == (plain.last_day, [])
    late = ends(Category.MEDICAL, (event("a", 60, until=date(2026, 6, 1)),))
    assert (late.last_day, keys(late)) == (plain.last_day, ["records.assumed_extension_late"])


def test_an_appraisal_and_an_agreement_add_up_to_the_later_end() -> None:
    rest = event("s", 8, MediationEventKind.SUSPENDED, reason=SuspensionReason.APPRAISAL)
    on = event("r", 15, MediationEventKind.RESUMED, resumes=("mev_s",))
    assert ends(Category.MEDICAL, (rest, on)).last_day == date(2026, 4, 21)
    for until, last in ((date(2026, 4, 17), date(2026, 4, 21)), (date(2026, 5, 20), date(2026, 5, 20))):
        assert ends(Category.MEDICAL, (event("a", 20, until=until), rest, on)).last_day == last


def test_of_a_mediation_that_is_over_nothing_runs() -> None:
    over = Mediation(
        id="med_1", made=MADE, matter="mat_1", unit="unt_own", started_at=DAY, outcome=Outcome.ENDED
    )  # fmt: skip
    assert mediation_clocks(over, matter(None), (event("a", 3, until=date(2026, 5, 2)),)) == ()
