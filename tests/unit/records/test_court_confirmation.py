"""How far an application for judicial confirmation came, in whatever order its events came."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations

from sync.records.court_confirmation import ACCEPT, DECIDE, EXTENDED, CourtCourse, court_course
from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.record import Made
from sync.records.times import BEIJING

AT = datetime(2026, 3, 5, 10, 0, tzinfo=BEIJING)
DAY = date(2026, 3, 5)


def event(kind: str, days: int, agreement: str = "agr_1", name: str = "") -> MediationEvent:
    at = AT + timedelta(days=days)
    made = Made(by="sta_1", unit="uni_1", store="sto_1", at=at)
    given = {"mediation": "med_1", "kind": MediationEventKind(f"court_{kind}"), "agreement": agreement}
    return MediationEvent(id=f"mev_{name or kind}", made=made, happened_at=at, **given)  # type: ignore[arg-type]


def test_what_the_court_is_to_do_next_follows_what_was_noted_in_any_order() -> None:
    line = [event("filed", 0), event("accepted", 2), event("extended", 9), event("ruled", 20)]
    wanted = [(ACCEPT, DAY), (DECIDE, DAY + timedelta(2)), (EXTENDED, DAY + timedelta(2)), None]
    for many, waits in enumerate(wanted, 1):
        found = {court_course(some, "agr_1") for some in permutations(line[:many])}
        assert [course.waits for course in found] == [waits]
    assert court_course(line, "agr_2") == CourtCourse()


def test_steps_of_one_day_stand_in_the_order_of_the_court() -> None:
    same = [event("ruled", 0), event("accepted", 0), event("filed", 0)]
    assert court_course(same, "agr_1").ruled == DAY


def test_after_a_ruling_the_parties_may_apply_anew() -> None:
    again = [event("filed", 0), event("ruled", 5), event("filed", 9, name="again")]
    assert court_course(again, "agr_1").waits == (ACCEPT, DAY + timedelta(9))
