"""The forms of a mediation's file: drawn from its records alone, printed and reprinted, and nothing in confidence."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from desktop.actions.agreements import agreement_draft, agreements_that_stand, conclude
from desktop.actions.case_documents import CASE_PAPERS, case_checklist, documents
from desktop.actions.desk import Desk
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.mediation_events import event_draft, note_event
from desktop.actions.mediations import follow_up, mediation_draft_from, open_mediation
from desktop.actions.paper_kinds import kinds
from desktop.actions.papers import issue_paper, preview
from desktop.actions.print_rules import RulesUnmet
from desktop.actions.visits import log_visit
from desktop.actions.voids import void_number
from desktop.cli import _PAPERS
from desktop.forms.form import Draft
from desktop.forms.mediations import FOLLOW_UP_FORM
from desktop.forms.questions import fresh
from desktop.store.links import agreements_of, prints_of
from sync.records.errors import RuleBroken
from sync.records.mediations import Mediation
from sync.records.papers import PaperKind
from tests.system.actions.conftest import SECRET, Station

Enter = Callable[..., Draft]


def _text(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


SAYS = {
    PaperKind.FILE_COVER: ("调解卷宗", "卷号"),
    PaperKind.FILE_INDEX: ("卷内目录",),
    PaperKind.APPLICATION: ("被申请人", "某某物业公司", "𠮷田家天花板漏水"),
    PaperKind.ACCEPTANCE: ("□当事人申请", "某某物业公司"),
    PaperKind.RIGHTS_NOTICE: ("拒绝调解或者要求终止调解", "不收取任何费用"),
    PaperKind.AUTHORISATION: ("□特别授权", "代理期限"),
    PaperKind.INVESTIGATION: ("天花板水渍两处",),
    PaperKind.EVIDENCE: ("与原件核对无异",),
    PaperKind.PAYMENT_RECEIPT: ("今收到某某物业公司依据编号为", "叁仟壹佰元整"),
    PaperKind.FOLLOW_UP_RECORD: ("已经修好", "已全部履行", "电话"),
    PaperKind.CONFIRMATION_APPLICATION: (
        "第二百零五条",
        "乙方修复漏水处",
        "人民法院",
        "公民身份号码",
        "统一社会信用代码",
        "营业执照",
        "附件清单",
    ),
    PaperKind.FILE_STATEMENT: ("暂缺：人民调解记录、人民调解协议书",),
    PaperKind.FILE_BACK: ("卷宗封底",),
    PaperKind.CLOSING_REPORT: ("达成协议", "某某物业公司"),
    PaperKind.TERMINATION_NOTICE: ("申请仲裁", "起诉"),
    PaperKind.DELIVERY_ADDRESS: ("送达地址", "第七十四条"),
    PaperKind.REVIEW_APPLICATION: ("仲裁审查申请书", "第七十四条", "十五日内", "劳动人事争议仲裁委员会", "附件清单"),
    PaperKind.REPRESENTATION: ("推举代表授权书", "□特别授权", "签名（按指印）"),
}


def test_every_form_of_the_file_says_what_the_records_say_and_nothing_in_confidence(
    station: Station, mediation: str
) -> None:
    assert SAYS.keys() == set(CASE_PAPERS)
    with pytest.raises(RulesUnmet) as stopped:
        issue_paper(station.desk, PaperKind.REVIEW_APPLICATION, mediation, reasons="双方要求")
    assert [finding.rule for finding in stopped.value.findings] == ["review_labour"]
    assert all(p.document.paper is not PaperKind.REVIEW_APPLICATION for p in case_checklist(station.desk, mediation))
    with station.store.read() as reader:
        matter = reader.find(mediation, Mediation).matter  # type: ignore[union-attr]
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "labour"}, seen)
    assert any(p.document.paper is PaperKind.REVIEW_APPLICATION for p in case_checklist(station.desk, mediation))
    for paper, words in SAYS.items():
        text = _text(issue_paper(station.desk, paper, mediation, reasons="尚未签署，先备文").bytes)
        for word in words:
            assert word in text, (paper, word, text)
        assert SECRET not in text, paper


def test_a_form_whose_record_has_changed_is_a_new_paper_and_else_a_copy(station: Station, mediation: str) -> None:
    desk = station.desk
    first = issue_paper(desk, PaperKind.FOLLOW_UP_RECORD, mediation)
    again = issue_paper(desk, PaperKind.FOLLOW_UP_RECORD, mediation)
    assert (first.copy, again.copy) == (1, 2)
    assert "副本第2次打印" in _text(again.bytes)
    with desk.store.read() as reader:
        (agreed,) = [p.subject for p in case_checklist(desk, mediation) if p.document.paper is PaperKind.AGREEMENT]
        assert len(prints_of(reader, mediation)) == 2
    later = fresh(FOLLOW_UP_FORM, "follow_up", {"happened_at": station.clock.at.isoformat()}) | {
        "text": "对方又反悔。",
        "performed": "part",
        "manner": "visit",
    }
    follow_up(desk, agreed, later)
    third = issue_paper(desk, PaperKind.FOLLOW_UP_RECORD, mediation)
    assert third.copy == 1
    assert "对方又反悔" in _text(third.bytes)
    assert "副本" not in _text(third.bytes)
    assert issue_paper(desk, PaperKind.FOLLOW_UP_RECORD, mediation).copy == 2
    assert "第3次打印" in _text(preview(desk, PaperKind.FOLLOW_UP_RECORD, mediation))


def test_the_index_lists_what_was_printed_and_the_statement_what_is_missing(station: Station, mediation: str) -> None:
    desk = station.desk
    for paper in (PaperKind.ACCEPTANCE, PaperKind.RIGHTS_NOTICE):
        issue_paper(desk, paper, mediation)
    index, statement = (_text(preview(desk, p, mediation)) for p in (PaperKind.FILE_INDEX, PaperKind.FILE_STATEMENT))
    assert "1人民调解受理登记表2权利义务告知书" in index
    assert "暂缺：卷宗封面、卷内目录、人民调解记录、人民调解协议书" in statement
    present = {p.document.name: p.prints for p in case_checklist(desk, mediation)}
    assert present["acceptance"] == 1
    assert present["agreement"] == present["identity"] == 0


def _has_number(desk: Desk, paper: PaperKind, mediation: str) -> bool:
    """Whether a print of ``paper``, where it may be printed, has a party's identity number in clear."""
    try:
        return "11010519491231002X" in _text(issue_paper(desk, paper, mediation, reasons="双方要求").bytes)
    except RulesUnmet:
        return False


def test_two_persons_apply_to_the_court_without_a_firms_fields(station: Station, visitor: Enter) -> None:
    desk = station.desk
    draft = matter_draft_from(desk, log_visit(desk, station.draft("visit", **visitor(channel="walk_in"))).id)
    draft["parties"] = [*draft["parties"], {"role": "respondent", "name": "买买提·吐尔逊"}]
    matter = open_matter(desk, None, draft | {"category": "labour"}).id
    now = station.clock.at.isoformat()
    told = {"rights_told_at": now, "started_at": now, "consent": "all", "interests": "none"}
    found = open_mediation(desk, matter, mediation_draft_from(desk, matter) | told).id
    text = _text(preview(desk, PaperKind.CONFIRMATION_APPLICATION, found))
    for said in ("申请人1", "申请人2", "买买提·吐尔逊", "出生日期", "1949年12月31日", "身份证件复印件"):
        assert said in text
    for unsaid in ("统一社会信用代码", "营业执照", "11010519491231002X"):
        assert unsaid not in text
    assert "110105********002X" in text
    given = {"terms": [{"text": "付清"}], "performance": "当日。", "facts": "欠薪。"}
    conclude(desk, found, agreement_draft(desk, found) | given)
    clear = {paper for paper in CASE_PAPERS if _has_number(desk, paper, found)}
    assert clear == {PaperKind.CONFIRMATION_APPLICATION, PaperKind.REVIEW_APPLICATION}
    ended = _text(preview(desk, PaperKind.TERMINATION_NOTICE, found))
    assert "劳动人事争议仲裁委员会" in ended
    assert "一年（第二十七条）" in ended


def test_undisputed_facts_are_a_signed_section_of_the_record_where_all_agreed(station: Station, mediation: str) -> None:
    desk = station.desk
    joint = event_draft(desk, mediation) | {"kind": "joint", "present": "双方", "text": "逐项核对。"}
    facts = {"undisputed": "双方对漏水的位置和时间无异议。"}
    with pytest.raises(RuleBroken) as broken:
        note_event(desk, mediation, {**joint, **facts})
    assert broken.value.field == "undisputed_agreed"
    noted = note_event(desk, mediation, {**joint, **facts, "undisputed_agreed": True}).id
    text = _text(preview(desk, PaperKind.MEDIATION_RECORD, noted))
    for said in ("无争议事实记载", "第七十三条", "双方对漏水的位置和时间无异议"):
        assert said in text
    assert text.count("当事人（签名盖章或按指印）：张伟") == 2


def test_an_agreement_on_a_part_says_what_remains_open(station: Station, mediation: str) -> None:
    desk = station.desk
    given = {"terms": [{"text": "修复"}], "performance": "当日。", "facts": "漏水。", "in_part": True}
    done = conclude(desk, mediation, agreement_draft(desk, mediation) | given | {"remaining": "误工费的数额。"})
    text = _text(preview(desk, PaperKind.AGREEMENT, done.id))
    for said in ("未达成协议的事项：", "误工费的数额", "继续调解", "第二十六条"):
        assert said in text


def test_every_paper_that_the_command_line_knows_is_one_and_all_are_listed() -> None:
    assert (
        set(_PAPERS) - {"visit", "order", "mediation_event", "file"}
        == {paper.value for paper in PaperKind}
        == {k.paper.value for k in kinds()}
    )
    assert {d.paper for d in documents()} - {None} == {*CASE_PAPERS, PaperKind.AGREEMENT, PaperKind.MEDIATION_RECORD}
    assert all(kind.title for kind in kinds())


def test_an_agreement_whose_number_is_void_stands_in_no_form(station: Station, mediation: str) -> None:
    with station.desk.store.read() as reader:
        (paper,) = agreements_of(reader, mediation)
    forms = (PaperKind.FILE_COVER, PaperKind.CLOSING_REPORT, PaperKind.PAYMENT_RECEIPT)
    before = [_text(preview(station.desk, form, mediation)) for form in forms]
    assert any(paper.number in text for text in before)
    void_number(station.desk, paper.id, "填错当事人")
    after = [_text(preview(station.desk, form, mediation)) for form in forms]
    assert not any(paper.number in text for text in after)
    (shown,) = [p for p in case_checklist(station.desk, mediation) if p.document.paper is PaperKind.AGREEMENT]
    assert shown.subject == ""
    assert agreements_that_stand(station.desk, mediation) == []
