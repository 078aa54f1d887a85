"""Referrals at a desk: the counsellor's list and clock, a result in two parts, and what of it stays hers."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from desktop.actions.desk import Desk
from desktop.actions.directory import options
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.referrals import open_kept, people_of, referrals_here, result_draft, write_result
from desktop.actions.staff import add_staff
from desktop.actions.steps import add_step, step_draft
from desktop.actions.visits import log_visit
from desktop.commands.deadlines import due
from desktop.forms.form import Draft
from desktop.store.links import steps_of
from desktop.store.rebuild import rebuild_projections
from desktop.store.search import search
from desktop.ui.stories.dues import read_dues, read_soon
from desktop.ui.stories.matters import matter_story
from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import STORE_PREFIX, new_id, new_identity
from sync.records.matters import Step, StepKind
from sync.records.referrals import ReferralState
from sync.records.rule_tables import FIRST, RuleTable, TableName
from sync.records.times import BEIJING
from tests.system.actions.conftest import Station
from tests.system.actions.test_open_items import Told

SECRET = "夜里睡不着，想起去年的事"
OUTWARD = "本人到访，谈了一次，建议继续。"
GOOD = "Qianshao-2026"


@pytest.fixture
def matter(station: Station, visitor: Callable[..., Draft]) -> str:
    logged = log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in"))).id
    return open_matter(station.desk, logged, matter_draft_from(station.desk, logged)).id


def counsellor(station: Station, name: str, *roles: str) -> Desk:
    """Somebody who counsels, at a desk of the same station."""
    draft = station.draft("staff", name=name, roles=[*roles, "counsellor"], telephone="13800000002")
    identity = add_staff(station.desk, {**draft, "password": GOOD, "password_again": GOOD}).id
    from desktop.actions.signing_in import sign_in

    session = sign_in(station.store, name, GOOD, station.clock)
    assert session.staff == identity
    return replace(station.desk, session=session)


def refer(station: Station, matter: str, **given: Any) -> str:
    opened = {**step_draft(station.desk, matter), "happened_at": station.clock.at.isoformat(), "by_unit": None}
    draft = {**opened, "kind": "referred", "help": "counselling", "text": "请了解情况", **given}
    return add_step(station.desk, matter, draft).id


def answered(station: Station, desk: Desk, referral: str, **given: Any) -> str:
    draft = {**result_draft(desk, referral), "happened_at": station.clock.at.isoformat(), "text": OUTWARD, **given}
    return write_result(desk, referral, draft).id


def test_a_counsellor_has_what_was_referred_to_her_with_its_clock_and_writes_the_result(
    station: Station, matter: str
) -> None:
    her, other = counsellor(station, "陈静"), counsellor(station, "周宁")
    named = refer(station, matter, to_staff=her.session.staff)
    refer(station, matter, help="legal_aid")
    anybody = refer(station, matter)
    assert [one.id for one in referrals_here(her)] == [named, anybody]
    assert [one.id for one in referrals_here(other)] == [anybody]
    assert len(referrals_here(station.desk)) == 3
    (first, _) = referrals_here(her)
    assert (first.referral.state, first.mine) == (ReferralState.WAITING, True)
    assert first.due is not None
    assert first.due.astimezone(BEIJING).date().isoformat() == "2026-03-19", "ten working days"
    assert [one.name for one in people_of(her, named)] == ["张伟"]
    station.clock.later(hours=2)
    answered(station, her, named, due_on="2026-03-12", kept=SECRET)
    under_way = next(one for one in referrals_here(her) if one.id == named)
    assert under_way.referral.state is ReferralState.UNDER_WAY
    assert under_way.due is not None
    assert under_way.due.astimezone(BEIJING).date().isoformat() == "2026-03-12"
    station.clock.later(days=7)
    answered(station, her, named, text="已结束")
    assert [one.id for one in referrals_here(her)] == [anybody, named], "what is over stands behind"
    with pytest.raises(Refused):
        result_draft(other, named)
    with pytest.raises(Refused):
        people_of(other, named)


def test_what_was_confided_stands_nowhere_and_is_opened_by_her_alone_and_noted(station: Station, matter: str) -> None:
    her = counsellor(station, "陈静")
    referral = refer(station, matter)
    station.clock.later(hours=1)
    result = answered(station, her, referral, kept=SECRET)
    with station.store.read() as reader:
        (step,) = [s for s in steps_of(reader, matter) if s.kind is StepKind.REFERRAL_RESULT]
        bodies = b"".join(body for (body,) in reader.sql("SELECT body FROM record").fetchall())
        story = matter_story(wording("zh"), station.clock, reader, matter)
        assert search(reader, "睡不着") == []
    assert (step.text, step.refers_to) == (OUTWARD, referral)
    assert step.kept
    assert SECRET.encode() not in bodies
    told = "\n".join(event.text for event in story.events)
    assert OUTWARD in told, "whoever referred sees what may be told"
    assert SECRET not in told
    assert wording("zh")("referrals.kept_here") in told
    with pytest.raises(Refused) as refused:
        open_kept(station.desk, referral, result)
    assert refused.value.key == "actions.kept_not_yours"
    assert open_kept(her, referral, result) == SECRET
    with station.store.read() as reader:
        entries = [
            json.loads(body) for (body,) in reader.sql("SELECT body FROM record WHERE kind = 'audit_entry'").fetchall()
        ]
    noted = [e for e in entries if e.get("action") == "revealed"]
    assert [(e["made"]["by"], e["subject"]) for e in noted] == [(her.session.staff, result)], "and no refused one"


def test_a_note_of_another_desk_is_said_to_be_there_and_not_opened(station: Station, matter: str) -> None:
    her = counsellor(station, "陈静", "registrar")
    referral = refer(station, matter)
    station.clock.later(hours=1)
    with station.store.write() as work:
        made = replace(her.made(), store=new_identity(STORE_PREFIX))
        foreign = Step(
            id="stp_01890000-0000-7000-8000-000000000001", made=made, matter=matter, kind=StepKind.REFERRAL_RESULT,
            happened_at=station.clock.at, text=OUTWARD, refers_to=referral, kept="00" * 40,
        )  # fmt: skip
        work.add(foreign)
    for _ in (0, 1):  # before this desk has a key of its own, and then
        with pytest.raises(Refused) as refused:
            open_kept(her, referral, foreign.id)
        assert refused.value.key == "actions.kept_elsewhere"
        answered(station, her, referral, kept=SECRET)


def test_a_result_is_refused_where_its_times_run_backwards_or_nobody_may_write_it(
    station: Station, matter: str
) -> None:
    her = counsellor(station, "陈静")
    referral = refer(station, matter)
    before = (station.clock.at - timedelta(days=1)).isoformat()
    for field, key, given in (
        ("happened_at", "actions.before_referral", {"happened_at": before}),
        ("happened_at", "actions.in_the_future", {"happened_at": "2026-03-09T09:00:00+08:00"}),
        ("due_on", "actions.session_backwards", {"due_on": "2026-03-04"}),
        ("text", "actions.required", {"text": "  "}),
    ):
        with pytest.raises(RuleBroken) as broken:
            answered(station, her, referral, **given)
        assert (broken.value.field, broken.value.key) == (field, key)
    with pytest.raises(Refused):
        add_step(her, matter, {"kind": "handled", "text": "x"})
    draft = {**result_draft(her, referral), "happened_at": station.clock.at.isoformat(), "text": OUTWARD}
    first = write_result(her, referral, draft)
    assert write_result(her, referral, draft).id == first.id, "handed in twice it is one"


def test_only_who_counsels_is_offered_and_taken(station: Station, matter: str) -> None:
    her = counsellor(station, "陈静")
    assert [o.text for o in options(station.desk, "step", "to_staff")] == ["陈静"]
    with pytest.raises(RuleBroken) as broken:
        refer(station, matter, to_staff=station.people["王小明"])
    assert (broken.value.field, broken.value.key) == ("to_staff", "actions.no_such_choice")
    referral = refer(station, matter, help="legal_aid", to_staff=her.session.staff)
    with station.store.read() as reader:
        step = reader.get(referral)
    assert isinstance(step, Step)
    assert step.to_staff is None, "legal aid is nobody's who counsels"


def test_each_referral_is_due_wherever_what_is_due_is_told_as_on_its_own_page(station: Station, matter: str) -> None:
    her = counsellor(station, "陈静")
    named = refer(station, matter, to_staff=her.session.staff)
    aid = refer(station, matter, help="legal_aid")
    station.clock.later(hours=2)
    session = refer(station, matter)
    answered(station, her, session, due_on="2026-03-12")

    def listed() -> list[tuple[str, str, str]]:
        rows = due(Namespace(at="", only="clocks"), Told(station.desk)).data  # type: ignore[arg-type]
        return [(row["kind"], row["due"], row["unit"]) for row in rows]

    pages = [(one.id, one.due) for one in referrals_here(station.desk) if one.due]
    assert [("referral-result", f"{at:%Y-%m-%dT%H:%M:%S+08:00}") for _, at in pages] == [row[:2] for row in listed()]
    assert sorted(row[2] for row in listed()) == ["", "", "陈静"]
    assert {one for one, _ in pages} == {named, aid, session}
    words = wording("zh")
    station.clock.at = next(at for one, at in pages if one == session) - timedelta(hours=1)
    (soon,) = [line for line in read_soon(station.desk, words, 24) if not line.waited]
    assert (soon.what, soon.status.text, soon.record) == ("等待转介结果", "还有1小时", matter)
    assert soon.key in {line.key for line in read_dues(station.desk, words).lines}
    answered(station, her, session, text="已结束")
    answered(station, her, named)
    assert [row[2] for row in listed()] == [""]
    station.clock.later(days=30)
    (over,) = [line for line in read_dues(station.desk, words).lines if not line.waited]
    assert over.standing == "overdue"
    answered(station, station.desk, aid, text="已受理法律援助")
    assert listed() == []
    assert rebuild_projections(station.store) == {}


def test_a_term_that_the_district_sets_moves_the_referrals_on_their_page_and_in_the_list(
    station: Station, matter: str
) -> None:
    refer(station, matter)
    text = (files("resources") / "dictionaries" / "periods.toml").read_text(encoding="utf-8")
    head, tail = text.split("[referral-result]")
    changed = f"{head}[referral-result]{tail.replace('amount = 10', 'amount = 3', 1)}"
    assert changed != text
    table = {"name": TableName.PERIODS.value, "number": FIRST, "text": changed, "starts_on": date(2026, 1, 1)}
    with station.store.write() as work:
        work.add(RuleTable(id=new_id("rule_table"), made=station.desk.made(), **table))  # type: ignore[arg-type]
    (one,) = referrals_here(station.desk)
    (row,) = due(Namespace(at="", only="clocks"), Told(station.desk)).data  # type: ignore[arg-type]
    assert one.due is not None
    assert (row["due"], f"{one.due:%m-%d}") == (one.due.isoformat(timespec="seconds"), "03-10")
