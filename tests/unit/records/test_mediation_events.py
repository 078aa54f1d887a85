"""Events of a mediation: what each sort has to say, whose confidence it holds, and when a mediation rests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from desktop.store.said import text_of, title_of
from sync.records.case_requirements import check_mediation_event
from sync.records.errors import RuleBroken
from sync.records.folds import open_suspensions, suspended_for
from sync.records.mediation_events import ContactManner, MediationEvent, MediationEventKind, SuspensionReason, shareable
from sync.records.record import Made
from sync.records.times import BEIJING

AT = datetime(2026, 3, 5, 10, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)
CONTACT, JOINT, SEPARATE, INSPECTION, SUSPENDED, RESUMED = MediationEventKind


def event(name: str, kind: MediationEventKind, hours: int = 0, **more: Any) -> MediationEvent:
    at = AT + timedelta(hours=hours)
    return MediationEvent(id=f"mev_{name}", made=MADE, mediation="med_1", kind=kind, happened_at=at, **more)


WHOLE: dict[MediationEventKind, dict[str, Any]] = {
    CONTACT: {"side": 2, "manner": ContactManner.PHONE, "reached": True, "text": "愿意来谈。"},
    JOINT: {"present": ("张伟", "某某物业"), "text": "双方各自陈述。"},
    SEPARATE: {"side": 1, "text": "底线是三千元。"},
    INSPECTION: {"place": "3栋502", "present": ("张伟",), "text": "天花板有水渍。"},
    SUSPENDED: {"reason": SuspensionReason.APPRAISAL, "until": date(2026, 3, 20)},
    RESUMED: {"resumes": ("mev_s",)},
}


@pytest.mark.parametrize(
    ("kind", "lacking", "field"),
    [
        (CONTACT, {"side": 0}, "side"),
        (CONTACT, {"manner": None}, "manner"),
        (CONTACT, {"reached": None}, "reached"),
        (CONTACT, {"text": " "}, "text"),
        (JOINT, {"present": ()}, "present"),
        (JOINT, {"text": ""}, "text"),
        (JOINT, {"ended_at": AT - timedelta(minutes=1)}, "ended_at"),
        (SEPARATE, {"side": 0}, "side"),
        (SEPARATE, {"text": ""}, "text"),
        (INSPECTION, {"place": ""}, "place"),
        (INSPECTION, {"present": ()}, "present"),
        (INSPECTION, {"text": ""}, "text"),
        (SUSPENDED, {"reason": None}, "reason"),
        (SUSPENDED, {"until": date(2026, 3, 4)}, "until"),
        (RESUMED, {"resumes": ()}, "kind"),
    ],
)
def test_each_sort_of_event_says_what_it_must(kind: MediationEventKind, lacking: dict[str, Any], field: str) -> None:
    check_mediation_event(event("a", kind, **WHOLE[kind]))
    with pytest.raises(RuleBroken) as broken:
        check_mediation_event(event("a", kind, **WHOLE[kind] | lacking))
    assert broken.value.field == field


def test_who_was_not_reached_said_nothing() -> None:
    check_mediation_event(event("a", CONTACT, **WHOLE[CONTACT] | {"reached": False, "text": ""}))


def test_what_one_side_said_alone_is_on_no_other_copy_and_found_by_no_search() -> None:
    one, other, call = event("1", SEPARATE, side=1, text="底线"), event("2", SEPARATE, side=2), event("3", CONTACT)
    both = event("4", JOINT, text="当面")
    happened = (one, other, call, both)
    assert shareable(happened, 1) == (one, both)
    assert shareable(happened, 2) == (other, both)
    assert shareable(happened) == (both,)
    assert (text_of(one), title_of(one)) == ("", "")
    assert (text_of(both), title_of(both)) == ("当面", "当面")


def test_a_mediation_rests_from_its_suspension_to_the_resumption_that_saw_it() -> None:
    first = event("s1", SUSPENDED, 0, reason=SuspensionReason.ADJOURNED)
    beside = event("s2", SUSPENDED, 2, reason=SuspensionReason.APPRAISAL)
    on = event("r", RESUMED, 5, resumes=("mev_s1",))
    for some in permutations((first, beside, on)):
        assert open_suspensions(some) == (beside,)
        assert suspended_for(some, AT + timedelta(hours=9)) == timedelta(hours=9)
        assert open_suspensions((*some, event("r2", RESUMED, 7, resumes=("mev_s2",)))) == ()
        assert suspended_for(
            (*some, event("r2", RESUMED, 7, resumes=("mev_s2",))), AT + timedelta(days=9)
        ) == timedelta(hours=7)
