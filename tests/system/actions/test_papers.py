"""Papers through the verbs: what is printed, what is recorded before it leaves, and what a reprint says."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from desktop.actions.agreements import agreement_draft, conclude, sign, signature_draft
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.papers import issue_paper, preview, void_number
from desktop.actions.persons import person_draft, save_person
from desktop.actions.visit_history import standing_visit
from desktop.actions.visits import amend_visit, log_visit, visit_draft
from desktop.forms.form import Draft
from desktop.store.files import read_file
from desktop.store.links import attachments_of, prints_of
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.papers import PaperKind
from sync.records.visits import Channel, Visit
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]


def _text(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


@pytest.fixture
def visit(station: Station, visitor: Enter) -> str:
    """A visit with two companions, one with a rare character and one with a separator in the name."""
    roster = [{"name": "𠮷田"}, {"name": "买买提·吐尔逊"}]
    given = visitor(headcount=3, roster=roster, remark="该人系重点人员", channel="walk_in")
    return log_visit(station.desk, station.draft("visit", **given)).id


@pytest.fixture
def agreement(station: Station, visit: str) -> str:
    """An agreement that nobody has signed yet."""
    draft = matter_draft_from(station.desk, visit)
    draft["parties"] = [*draft["parties"], {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"}]
    matter = open_matter(station.desk, visit, draft).id
    given = mediation_draft_from(station.desk, matter) | {"rights_told_at": station.clock.at.isoformat()}
    mediation = open_mediation(station.desk, matter, given).id
    terms = [{"text": "乙方修复漏水处", "amount": "3100"}]
    drawn = agreement_draft(station.desk, mediation) | {"terms": terms, "performance": "一次付清。", "facts": "漏水。"}
    return conclude(station.desk, mediation, drawn).id


def test_a_preview_shows_the_paper_and_records_nothing(station: Station, visit: str) -> None:
    before = station.counts()
    text = _text(preview(station.desk, PaperKind.REGISTRATION, visit))
    assert "张伟" in text
    assert "𠮷田" in text
    assert "买买提·吐尔逊" in text
    assert "预览件" in text
    assert "11010519491231002X" not in text
    assert "110105********002X" in text
    assert "重点人员" not in text
    assert station.counts() == before


def test_a_print_is_recorded_with_its_bytes_before_it_leaves(station: Station, visit: str) -> None:
    printed = issue_paper(station.desk, PaperKind.REGISTRATION, visit, copies=2, printer="前台")
    with station.store.read() as reader:
        (fact,) = prints_of(reader, visit)
        (file,) = attachments_of(reader, visit)
        assert read_file(reader, fact.digest) == printed.bytes
    assert fact.digest == hashlib.sha256(printed.bytes).hexdigest() == file.digest
    assert (fact.id, fact.copies, fact.copy, fact.printer) == (printed.print_id, 2, 1, "前台")
    assert fact.attachment == file.id
    assert printed.bytes.startswith(b"%PDF")
    assert "预览件" not in _text(printed.bytes)


def test_a_reprint_says_what_the_first_print_said_and_is_marked(station: Station, visit: str, agreement: str) -> None:
    issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    with station.store.read() as reader:
        party = reader.get(agreement).parties[0].party  # type: ignore[attr-defined]
    card, seen = person_draft(station.desk, party)
    save_person(station.desk, {**card, "name": "张韦"}, party, seen)
    again = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    text = _text(again.bytes)
    assert again.copy == 2
    assert "副本" in text
    assert "张伟" in text
    assert "张韦" not in text


def test_a_sheet_stays_as_it_was_given_out_until_the_visit_is_corrected(station: Station, visit: str) -> None:
    issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    open_matter(station.desk, visit, matter_draft_from(station.desk, visit))
    assert issue_paper(station.desk, PaperKind.REGISTRATION, visit).copy == 2
    draft = visit_draft(station.desk, visit) | {"text": "楼上漏水，已三次。", "amend_reason": "笔误"}
    amend_visit(station.desk, visit, draft)
    corrected = issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    assert corrected.copy == 1
    assert "已三次" in _text(corrected.bytes)


def test_an_order_prints_its_limits_authority_and_copy(station: Station, visit: str) -> None:
    matter = open_matter(station.desk, visit, matter_draft_from(station.desk, visit)).id
    draft = order_draft(station.secretary, matter) | {"departments": [station.units["区住房和建设局"]]}
    order = issue_order(station.secretary, matter, draft)
    text = _text(issue_paper(station.desk, PaperKind.DISPATCH_ORDER, order.id).bytes)
    for said in ("区住房和建设局", "凤凰街道", "社区党委书记", "黄志远", "发令", "科室负责人"):
        assert said in text


def test_an_agreement_prints_its_parties_and_copies_but_no_identity_number(station: Station, agreement: str) -> None:
    text = _text(preview(station.desk, PaperKind.AGREEMENT, agreement))
    for said in ("张伟", "某某物业公司", "乙方修复漏水处", "三份", "李文静", "凤凰社区人民调解委员会"):
        assert said in text
    assert "11010519491231002X" not in text


def test_a_character_that_no_font_has_stops_the_print(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor(name="张\U00033000")))
    before = station.counts()
    with pytest.raises(RuleBroken) as broken:
        issue_paper(station.desk, PaperKind.REGISTRATION, done.id)
    assert broken.value.key == "printing.no_glyph"
    assert station.counts() == before


def test_a_voided_number_stays_recorded_and_one_in_force_cannot_be_voided(station: Station, agreement: str) -> None:
    done = void_number(station.desk, agreement, "打印错误")
    assert void_number(station.desk, agreement, "再来").id == done.id
    assert station.counts()["number_void"] == 1
    with pytest.raises(RuleBroken):
        void_number(station.desk, agreement, " ")
    draft = signature_draft(station.desk, agreement)
    sign(station.desk, agreement, {**draft, "signatures": [{**r, "signed": True} for r in draft["signatures"]]})
    with pytest.raises(Refused, match="agreement_in_force"):
        void_number(station.desk, agreement, "不用了")


def test_a_visit_from_a_ledger_gets_its_number_with_its_first_sheet_and_keeps_it(station: Station) -> None:
    desk = station.desk
    logged = Visit(
        id=new_id("visit"),
        made=desk.made(),
        channel=Channel.WALK_IN,
        happened_at=station.clock.at,
        text="楼上漏水",
        import_key="0" * 64,
    )
    with desk.store.write() as work:
        work.add(logged)

    assert standing(station, logged.id).number == ""
    first = issue_paper(desk, PaperKind.REGISTRATION, logged.id)
    number = standing(station, logged.id).number
    second = issue_paper(desk, PaperKind.REGISTRATION, logged.id)

    assert number
    assert "".join(number.split()) in _text(first.bytes)
    assert first.changes.touches("visit")
    assert standing(station, logged.id).number == number
    assert (first.copy, second.copy) == (1, 2)


def standing(station: Station, visit_id: str) -> Visit:
    with station.desk.store.read() as reader:
        return standing_visit(reader, visit_id).stands
