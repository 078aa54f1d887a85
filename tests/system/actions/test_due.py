"""What is due of all agreements of a store, from signing to the return visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.due import due_of_agreement, due_rows
from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.mediations import follow_up
from desktop.actions.papers import issue_paper
from desktop.forms.form import Draft
from desktop.forms.mediations import FOLLOW_UP_FORM
from desktop.forms.questions import fresh
from sync.records.kinds import new_id
from sync.records.papers import PaperKind
from sync.records.rule_tables import FIRST, RuleTable, TableName
from tests.system.actions.conftest import Station
from tests.system.actions.test_print_rules import begun, concluded, empower
from tests.system.actions.test_signing import page, sign

Enter = Callable[..., Draft]


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    """A mediation in which a lawyer acts for the visitor, who signs in person."""
    found = begun(station, visitor)
    empower(station, found, principal_signs=True)
    return found


def kinds(station: Station) -> list[tuple[str, int]]:
    return [(row.due.kind.value, row.days) for row in due_rows(station.desk)]


def sign_all(station: Station, agreement: str) -> None:
    for at in range(len(page(station, agreement).signers)):
        sign(station, agreement, at)


def test_the_clocks_of_an_agreement_from_the_last_signature_to_the_return_visit(
    station: Station, mediation: str
) -> None:
    agreement = concluded(station, mediation)
    assert kinds(station) == []
    for at in range(len(page(station, agreement).signers) - 1):
        sign(station, agreement, at)
    assert kinds(station) == [("seal", 0)]
    sign(station, agreement, len(page(station, agreement).signers) - 1)
    assert kinds(station) == [("confirm", 33)]  # 5 March and 30 days, past Qingming
    issue_paper(station.desk, PaperKind.CONFIRMATION_APPLICATION, mediation, reasons="当事人未带证件")
    assert kinds(station) == []
    station.clock.later(days=27)
    assert kinds(station) == [("performance", 0), ("follow_up", 6)]  # 4 to 6 April are days off
    (row, _) = due_of_agreement(station.desk, agreement)
    assert (row.text, row.parties) == ("被申请人支付修理费", "张伟、某某物业公司")
    station.clock.later(days=8)
    assert kinds(station) == [("follow_up", -2), ("follow_up", -1)]
    seen = {"happened_at": station.clock.at.isoformat(), "performed": "all", "text": "已付清"}
    follow_up(station.desk, agreement, fresh(FOLLOW_UP_FORM, "follow_up", seen))
    assert kinds(station) == []


def test_return_visits_are_due_when_the_district_says(station: Station, mediation: str) -> None:
    sign_all(station, concluded(station, mediation))
    station.clock.later(days=28)
    assert ("follow_up", 5) in kinds(station)
    text = "".join(
        f'[{kind}]\namount = {days}\nunit = "working_days"\nsource = "光调〔2026〕2号"\n'
        for kind, days in (("follow-up-term", 2), ("follow-up-effect", 25))
    )
    with station.store.write() as work:
        table = {"name": TableName.PERIODS.value, "number": FIRST, "text": text, "starts_on": date(2026, 1, 1)}
        work.add(RuleTable(id=new_id("rule_table"), made=station.desk.made(), **table))  # type: ignore[arg-type]
    assert kinds(station) == [("follow_up", 1), ("confirm", 5), ("follow_up", 8)]


def test_labour_has_the_review_beside_the_confirmation(station: Station, mediation: str) -> None:
    with station.store.read() as reader:
        matter = reader.get(mediation).matter  # type: ignore[attr-defined]
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "labour"}, seen)
    sign_all(station, concluded(station, mediation))
    assert kinds(station) == [("arbitration_review", 15), ("confirm", 33)]
    issue_paper(station.desk, PaperKind.REVIEW_APPLICATION, mediation, reasons="双方要求")
    assert kinds(station) == [("confirm", 33)]


def test_of_a_replaced_version_nothing_is_due(station: Station, mediation: str) -> None:
    first = concluded(station, mediation)
    sign_all(station, first)
    draft = agreement_draft(station.desk, mediation, first) | {"amend_reason": "改期"}
    conclude(station.desk, mediation, draft)
    assert kinds(station) == []
    assert due_of_agreement(station.desk, first) == ()
