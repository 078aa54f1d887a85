"""A call for help as its facts tell it, in whatever order they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from sync.records.kinds import new_id
from sync.records.record import Made
from sync.records.threats import ThreatEvent, ThreatStep, threats_of

BEGUN = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=BEGUN)


def event(step: ThreatStep, after: int, threat: str = "", **more: str) -> ThreatEvent:
    own = new_id("threat_event")
    at = BEGUN + timedelta(minutes=after)
    return ThreatEvent(id=own, made=MADE, threat=threat or own, step=step, happened_at=at, name="陈晓梅", **more)


def test_any_order_gives_the_same_call_and_the_first_end_ends_it() -> None:
    raised = event(ThreatStep.RAISED, 0)
    facts = [
        raised,
        event(ThreatStep.POLICE, 2, raised.id),
        event(ThreatStep.POLICE, 1, raised.id),
        event(ThreatStep.ORDER_OPENED, 3, raised.id, matter="mat_1"),
        event(ThreatStep.FALSE_ALARM, 5, raised.id, text="误按"),
        event(ThreatStep.OVER, 4, raised.id),
    ]
    found = threats_of(facts)
    assert all(threats_of([*order, raised]) == found for order in permutations(facts))
    (threat,) = found
    assert (threat.raised_at, threat.ended) == (BEGUN, BEGUN + timedelta(minutes=4))
    assert threat.done[ThreatStep.POLICE] == (BEGUN + timedelta(minutes=1), "陈晓梅")
    assert threat.matter == "mat_1"


def test_what_came_before_its_beginning_is_no_call_yet_and_nobody_begins_another_s() -> None:
    raised = event(ThreatStep.RAISED, 0)
    early = event(ThreatStep.OVER, 1, raised.id)
    again = event(ThreatStep.RAISED, 2, raised.id)
    assert threats_of([early, again]) == ()
    (threat,) = threats_of([early, again, raised])
    assert threat.raised_at == BEGUN
