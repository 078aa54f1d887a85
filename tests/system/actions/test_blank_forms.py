"""Blank forms for a power cut, from the lease to the entry afterwards; and the sheet by which a desk is handed over."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from pypdf import PdfReader

from desktop.actions.agreements import agreement_draft, conclude, sign, signature_draft
from desktop.actions.blank_forms import blanks_out, blanks_twice, hand_out, void_blank
from desktop.actions.finding import Question, find
from desktop.actions.hand_overs import hand_over
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.papers import issue_paper, preview
from desktop.actions.visits import amend_visit, log_visit, visit_draft
from desktop.forms.form import Draft
from desktop.forms.hand_overs import HAND_OVER_FORM
from desktop.forms.questions import fresh
from desktop.store.leases import left
from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.papers import BlankForm, NumberLease, PaperKind, Series
from sync.records.query_codes import query_code
from sync.records.record import Made
from sync.records.visits import Visit
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]


def _text(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


def _lease(station: Station, series: Series, count: int) -> None:
    made = Made(by="", unit=station.store.unit, store="sto_district", at=station.clock.at)
    with station.store.write() as work:
        work.add(
            NumberLease(
                id=new_id("number_lease"),
                made=made,
                series=series,
                unit=station.store.unit,
                year=2026,
                store=station.store.id,
                first=1,
                last=count,
            )
        )


def _blank(station: Station, blank_id: str) -> BlankForm:
    with station.store.read() as reader:
        found = reader.get(blank_id)
    assert isinstance(found, BlankForm)
    return found


def test_blank_forms_take_leased_numbers_and_are_recorded_as_out(station: Station) -> None:
    _lease(station, Series.VISIT, 6)
    given = hand_out(station.desk, Series.VISIT, 5)
    assert [blank.id for blank in blanks_out(station.desk)] == given
    assert _blank(station, given[4]).number == "凤凰登2026-000005"
    with station.store.read() as reader:
        assert left(reader, Series.VISIT, station.store.unit, 2026) == 1
    with pytest.raises(Refused) as refused:
        hand_out(station.desk, Series.VISIT, 2)
    assert refused.value.key == "actions.lease_short"
    assert refused.value.values["left"] == 1
    assert len(blanks_out(station.desk)) == 5
    text = _text(issue_paper(station.desk, PaperKind.BLANK_FORM, given[0]).bytes)
    for said in (
        "群众诉求登记表",
        "凤凰登2026-000001",
        query_code("凤凰登2026-000001", given[0]),
        "□来访",
        "按本编号补录",
    ):
        assert said in text


def test_what_was_written_on_paper_is_entered_under_its_number(station: Station, visitor: Enter) -> None:
    desk = station.desk
    _lease(station, Series.VISIT, 10)
    first, second = hand_out(desk, Series.VISIT, 2)
    done = log_visit(desk, station.draft("visit", **visitor(channel="walk_in", paper_number="02")))
    assert done.number == "凤凰登2026-000002"
    assert [blank.id for blank in blanks_out(desk)] == [first]
    assert log_visit(desk, station.draft("visit", **visitor(channel="walk_in"))).number == "凤凰登2026-000003"
    with pytest.raises(RuleBroken) as broken:
        log_visit(desk, station.draft("visit", **visitor(channel="walk_in", paper_number="凤凰登2026-000002")))
    assert (broken.value.key, broken.value.field) == ("actions.no_such_blank", "paper_number")
    amended = visit_draft(desk, done.id) | {"text": "又来。", "amend_reason": "笔误"}
    assert amend_visit(desk, done.id, amended).number == "凤凰登2026-000002"
    code = query_code("凤凰登2026-000002", second)
    assert "凤凰登2026-000002" in find(desk, Question(code))[0].title
    assert code in _text(preview(desk, PaperKind.VISIT_RECEIPT, done.id))


def test_a_form_that_is_not_used_is_voided_and_not_printed_again(station: Station, visitor: Enter) -> None:
    desk = station.desk
    _lease(station, Series.VISIT, 10)
    (blank,) = hand_out(desk, Series.VISIT, 1)
    with pytest.raises(RuleBroken):
        void_blank(desk, blank, "  ")
    assert void_blank(desk, blank, "来电恢复").number == "凤凰登2026-000001"
    assert blanks_out(desk) == []
    with pytest.raises(Refused, match="blank_settled"):
        void_blank(desk, blank, "再来")
    with pytest.raises(Refused, match="number_void_no_paper"):
        issue_paper(desk, PaperKind.BLANK_FORM, blank)
    with pytest.raises(RuleBroken, match="no_such_blank"):
        log_visit(desk, station.draft("visit", **visitor(channel="walk_in", paper_number="01")))


def test_an_agreement_on_paper_is_entered_under_its_number(station: Station, visitor: Enter) -> None:
    desk = station.desk
    _lease(station, Series.AGREEMENT, 10)
    (blank,) = hand_out(desk, Series.AGREEMENT, 1)
    number = _blank(station, blank).number
    assert "凤凰社区人民调解委员会" in _text(issue_paper(desk, PaperKind.BLANK_FORM, blank).bytes)
    logged = log_visit(desk, station.draft("visit", **visitor(channel="walk_in"))).id
    draft = matter_draft_from(desk, logged)
    draft["parties"] = [*draft["parties"], {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"}]
    matter = open_matter(desk, logged, draft).id
    given = mediation_draft_from(desk, matter) | {"rights_told_at": station.clock.at.isoformat()}
    mediation = open_mediation(desk, matter, given).id
    terms = {"terms": [{"text": "修复"}], "performance": "当日。", "facts": "漏水。", "paper_number": number}
    assert conclude(desk, mediation, agreement_draft(desk, mediation) | terms).number == number
    assert blanks_out(desk) == []


def test_a_desk_is_handed_over_with_what_is_open(station: Station, visitor: Enter) -> None:
    desk = station.desk
    _lease(station, Series.VISIT, 10)
    hand_out(desk, Series.VISIT, 1)
    logged = log_visit(desk, station.draft("visit", **visitor(channel="walk_in"))).id
    open_matter(desk, logged, matter_draft_from(desk, logged) | {"title": "301 漏水"})
    draft = fresh(HAND_OVER_FORM, "hand_over", {"to_staff": station.people["王小明"], "devices": "钥匙2把"})
    done = hand_over(desk, draft)
    assert hand_over(desk, draft).id == done.id
    text = _text(issue_paper(desk, PaperKind.HAND_OVER, done.id).bytes)
    said = (
        "李文静",
        "王小明",
        "301漏水",
        "已登记",
        "钥匙2把",
        "1个：凤凰登2026-000002",
        "未收回的空白表凤凰登2026-000001",
    )
    for word in said:
        assert word in text
    log_visit(desk, station.draft("visit", **visitor(channel="walk_in")))
    again = issue_paper(desk, PaperKind.HAND_OVER, done.id)
    assert again.copy == 2
    assert "2个：" not in _text(again.bytes)


def test_what_agreements_have_due_is_handed_over_too(station: Station, visitor: Enter) -> None:
    desk = station.desk
    logged = log_visit(desk, station.draft("visit", **visitor(channel="walk_in"))).id
    draft = matter_draft_from(desk, logged)
    draft["parties"] = [*draft["parties"], {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"}]
    matter = open_matter(desk, logged, draft).id
    given = mediation_draft_from(desk, matter) | {"rights_told_at": station.clock.at.isoformat()}
    mediation = open_mediation(desk, matter, given).id
    terms = [{"text": "付清修理费", "amount": "100", "due_on": "2026-03-05", "payer": "2", "payee": "1"}]
    said = {"terms": terms, "performance": "转账。", "facts": "漏水。"}
    done = conclude(desk, mediation, agreement_draft(desk, mediation) | said)
    rows = signature_draft(desk, done.id)
    sign(desk, done.id, {**rows, "signatures": [{**row, "signed": True} for row in rows["signatures"]]})
    handed = hand_over(desk, fresh(HAND_OVER_FORM, "hand_over", {"to_staff": station.people["王小明"]})).id
    text = _text(preview(desk, PaperKind.HAND_OVER, handed))
    assert "付清修理费" in text
    assert "2026年3月5日" in text


@pytest.mark.parametrize(("to", "key"), [("李文静", "hands_over_to_himself"), ("没有这个人", "no_such_colleague")])
def test_nobody_hands_over_to_himself_or_to_nobody(station: Station, to: str, key: str) -> None:
    with pytest.raises(RuleBroken, match=key):
        hand_over(station.desk, fresh(HAND_OVER_FORM, "hand_over", {"to_staff": to}))


def test_a_form_that_another_desk_entered_too_is_told_with_who_and_when(station: Station, visitor: Enter) -> None:
    desk = station.desk
    _lease(station, Series.VISIT, 10)
    first, second = hand_out(desk, Series.VISIT, 2)
    entered = log_visit(desk, station.draft("visit", **visitor(paper_number="1"))).id
    amended = visit_draft(desk, entered) | {"text": "又来。", "amend_reason": "笔误"}
    amend_visit(desk, entered, amended)
    void_blank(desk, second, "来电恢复")
    assert blanks_twice(desk) == ()  # a correction is no second entry
    with station.store.write() as work:  # what came from a desk that did not know
        visit = work.find(entered, Visit)
        assert visit is not None
        work.add(replace(visit, id=new_id("visit"), blank=first))
        work.add(replace(visit, id=new_id("visit"), blank=second, number="凤凰登2026-000002"))
    twice = blanks_twice(desk)
    assert [(t.number, len(t.entries)) for t in twice] == [("凤凰登2026-000001", 2), ("凤凰登2026-000002", 2)]
    told = twice[0].told(wording("zh"))
    assert "空白表编号 凤凰登2026-000001 下有不止一份登记" in told
    assert twice[0].entries[0][0] in told
    assert blanks_out(desk) == []
