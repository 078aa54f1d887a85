"""Events of a mediation: what each sort has to say, whose confidence it holds, and when a mediation rests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.store.said import text_of, title_of
from sync.records.case_requirements import check_mediation_event
from sync.records.errors import RuleBroken
from sync.records.folds import open_suspensions, suspended_for
from sync.records.mediation_events import ContactManner, MediationEvent, MediationEventKind, SuspensionReason, shareable
from sync.records.record import Made
from sync.records.seen import standing, versions
from sync.records.times import BEIJING

AT = datetime(2026, 3, 5, 10, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)
CONTACT, JOINT, SEPARATE, INSPECTION, SUSPENDED, RESUMED, UNSIGNED, CONSENT, PERIOD, *COURT = MediationEventKind
FILED, ACCEPTED, LONGER, RULED = COURT


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
    UNSIGNED: {"agreement": "agr_1", "party": "per_1", "text": "中途离开。"},
    FILED: {"agreement": "agr_1", "place": "光明区人民法院"},
    ACCEPTED: {"agreement": "agr_1"},
    LONGER: {"agreement": "agr_1"},
    RULED: {"agreement": "agr_1", "text": "确认有效。"},
    CONSENT: {"party": "per_1", "agrees": False, "manner": ContactManner.AT_DESK},
    PERIOD: {"until": date(2026, 4, 20), "present": ("张伟", "某某物业"), "text": "等对方筹款。"},
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
        (CONSENT, {"party": ""}, "name"),
        (CONSENT, {"agrees": None}, "answer"),
        (CONSENT, {"manner": None}, "manner"),
        (PERIOD, {"until": None}, "agreed_until"),
        (PERIOD, {"until": date(2026, 3, 4)}, "agreed_until"),
        (PERIOD, {"present": ()}, "agreed_by"),
        (PERIOD, {"text": " "}, "agreed_why"),
        (FILED, {"agreement": ""}, "kind"),
        (FILED, {"place": ""}, "court"),
        (ACCEPTED, {"agreement": ""}, "kind"),
        (LONGER, {"agreement": ""}, "kind"),
        (RULED, {"agreement": ""}, "kind"),
        (RULED, {"text": " "}, "text"),
        (UNSIGNED, {"party": ""}, "party"),
        (UNSIGNED, {"agreement": ""}, "party"),
        (UNSIGNED, {"text": " "}, "text"),
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


def amended(name: str, before: str, kind: MediationEventKind, **more: Any) -> MediationEvent:
    return event(name, kind, amends=f"mev_{before}", amend_reason="他说底线三千", **more)


def test_a_correction_that_changes_the_sort_gives_nobody_the_old_words() -> None:
    secret = event("1", SEPARATE, side=1, text="底线是三千元")
    joint = amended("2", "1", JOINT, text="双方到场")
    for some in permutations((secret, joint)):
        for side in (0, 1, 2):
            told = shareable(some, side)
            assert [e.text for e in told] == ["双方到场"]
            assert side == 1 or "三千" not in repr(told)
    hidden = amended("4", "3", SEPARATE, side=2, text="最多赔八千")
    wrong = event("3", JOINT, text="最多赔八千元")
    for some in permutations((wrong, hidden)):
        assert [len(shareable(some, side)) for side in (0, 1, 2)] == [0, 0, 1]


def test_where_two_desks_corrected_apart_the_stricter_one_counts() -> None:
    first = event("1", JOINT, text="当面")
    one, other = amended("2", "1", SEPARATE, side=1, text="一"), amended("3", "1", JOINT, text="二")
    for some in permutations((first, one, other)):
        assert [bool(shareable(some, side)) for side in (0, 1, 2)] == [False, True, False]


KINDS = st.sampled_from([JOINT, SEPARATE, CONTACT, INSPECTION])


@st.composite
def corrected(draw: st.DrawFn) -> list[MediationEvent]:
    """Events of which some replace others, in any order; each text is its own."""
    made: list[MediationEvent] = []
    for number in range(draw(st.integers(1, 6))):
        before = draw(st.none() | st.sampled_from([e.id for e in made])) if made else None
        kind, side = draw(KINDS), draw(st.integers(1, 3))
        more = {"amends": before, "amend_reason": f"因为【{number}】"} if before else {}
        made.append(event(str(number), kind, side=side, text=f"【{number}】", **more))
    return draw(st.permutations(made))


@given(corrected(), st.integers(0, 3))
def test_no_word_of_another_side_s_confidence_is_ever_shared(events: list[MediationEvent], side: int) -> None:
    told = shareable(events, side)
    assert all(e.kind not in (SEPARATE, CONTACT) or e.side == side for e in told)
    replaced = {e.amends for e in events}
    assert not {e.id for e in told} & replaced
    assert {e.id for e in shareable(list(reversed(events)), side)} == {e.id for e in told}
    assert {e.id for e in shareable(events)} <= {e.id for e in told}


def test_a_corrected_suspension_ends_with_the_resumption_that_named_what_it_replaced() -> None:
    rest = event("s", SUSPENDED, 0, reason=SuspensionReason.APPRAISAL)
    on = event("r", RESUMED, 5, resumes=("mev_s",))
    later = amended("s2", "s", SUSPENDED, hours=2, reason=SuspensionReason.APPRAISAL)
    for some in (*permutations((rest, on, later)), (on, later)):
        assert open_suspensions(some) == ()
        assert suspended_for(some, AT + timedelta(days=9)) == timedelta(hours=3)
    none = amended("s3", "s2", JOINT, text="没有中止")
    assert suspended_for((rest, on, later, none), AT + timedelta(days=9)) == timedelta(0)


@given(st.lists(st.none() | st.integers(0, 6), min_size=1, max_size=6))
def test_every_version_stands_in_one_line_whatever_names_what(amends: list[int | None]) -> None:
    facts = [
        event(str(n), JOINT, text=str(n), amends=None if a is None else f"mev_{a}") for n, a in enumerate(amends)
    ]  # circles, facts that amend themselves and such as amend what has not arrived are among them
    lines = versions(facts)
    assert lines.keys() == standing(facts)[0].keys()
    assert sorted(e.id for line in lines.values() for e in line) == sorted(e.id for e in facts)
    assert all(e in lines[place] for place, e in standing(facts)[0].items())
    assert len(shareable(facts)) <= len(lines)
