"""The papers of the counter: receipt and privacy notice of a visit, notices and the letter of a matter's steps."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from desktop.actions.finding import Question, find
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.papers import issue_paper, preview
from desktop.actions.papers_offered import papers_of
from desktop.actions.steps import add_step
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from sync.records.errors import Refused, RuleBroken
from sync.records.papers import PaperKind
from sync.records.query_codes import parted, query_code
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]


def _text(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


@pytest.fixture
def visit(station: Station, visitor: Enter) -> str:
    return log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in"))).id


@pytest.fixture
def petition(station: Station, visit: str) -> str:
    draft = matter_draft_from(station.desk, visit) | {"nature": "petition"}
    draft["parties"] = [
        *draft["parties"],
        {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"},
        {"role": "reporter", "name": "网格员老周"},
    ]
    return open_matter(station.desk, visit, draft).id


def _step(station: Station, matter: str, **given: object) -> str:
    return add_step(station.desk, matter, station.draft("step", **given)).id


def test_a_receipt_says_what_comes_next_and_its_code_is_answered(station: Station, visit: str) -> None:
    text = _text(issue_paper(station.desk, PaperKind.VISIT_RECEIPT, visit).bytes)
    with station.store.read() as reader:
        number = reader.get(visit).number  # type: ignore[attr-defined]
    code = query_code(number, visit)
    assert code in text
    assert "Receipt" not in text
    for unsaid in ("11010519491231002X", "13812345678", "凤凰路2号"):
        assert unsaid not in text
    assert find(station.desk, Question(code.lower()))[0].id == visit
    assert find(station.desk, Question(code[code.index("登") + 1 :].replace("/", " ／ ")))[0].id == visit


def test_a_wrong_code_is_named_and_finds_nothing(station: Station, visit: str) -> None:
    with station.store.read() as reader:
        number = reader.get(visit).number  # type: ignore[attr-defined]
    right = query_code(number, visit)
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    with pytest.raises(RuleBroken) as broken:
        find(station.desk, Question(wrong))
    assert broken.value.key == "actions.query_code_wrong"
    assert broken.value.values["code"] == wrong
    assert parted(number) is None


def test_a_foreigners_receipt_says_it_in_english_too(station: Station, visitor: Enter) -> None:
    given = visitor(channel="walk_in", name="Nguyễn Thị Minh Khai", nationality="越南") | {
        "document": {"answer": "given", "type": "foreign_passport", "number": "C1234567", "doubt": ""}
    }
    done = log_visit(station.desk, station.draft("visit", **given))
    text = _text(preview(station.desk, PaperKind.VISIT_RECEIPT, done.id))
    for said in ("Receiptofregistration", "Querycode", "NguyễnThịMinhKhai", "Nextsteps", "群众诉求登记回执"):
        assert said in text
    assert "C1234567" not in text


def test_who_only_reported_gets_no_receipt(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor(channel="grid_report")))
    with pytest.raises(Refused, match="no_receipt_of_report"):
        preview(station.desk, PaperKind.VISIT_RECEIPT, done.id)
    assert "张伟" not in _text(preview(station.desk, PaperKind.PRIVACY_NOTICE, done.id))


def test_the_privacy_notice_says_what_the_law_asks_for(station: Station, visit: str) -> None:
    text = _text(issue_paper(station.desk, PaperKind.PRIVACY_NOTICE, visit).bytes)
    for said in (
        "凤凰社区",
        "目的和方式",
        "种类",
        "敏感个人信息",
        "保存期限",
        "查阅、复制、更正",
        "不满十四周岁",
        "张伟",
    ):
        assert said in text
    assert len(PdfReader(io.BytesIO(preview(station.desk, PaperKind.PRIVACY_NOTICE, visit))).pages) == 1


def test_notices_speak_for_the_body_that_decided(station: Station, petition: str) -> None:
    desk, body = station.desk, station.units["区住房和建设局"]
    with pytest.raises(Refused, match="no_step_to_print"):
        preview(desk, PaperKind.ACCEPTANCE_NOTICE, petition)
    with pytest.raises(RuleBroken, match="required"):
        _step(station, petition, kind="accepted")
    with pytest.raises(RuleBroken, match="station_is_no_petition_organ"):
        _step(station, petition, kind="accepted", by_unit=station.units["凤凰社区"])
    step = _step(station, petition, kind="accepted", by_unit=body, due_on="2026-05-04")
    text = _text(issue_paper(desk, PaperKind.ACCEPTANCE_NOTICE, petition).bytes)
    for said in ("受理告知书", "张伟：", "区住房和建设局（印章）", "2026年5月4日前办结", "不作受理与否的决定"):
        assert said in text
    assert issue_paper(desk, PaperKind.ACCEPTANCE_NOTICE, step).copy == 2


def test_a_notice_names_the_sixtieth_day_on_the_road_of_31_6_alone(station: Station, petition: str) -> None:
    body = station.units["区住房和建设局"]
    for road, told in (("arbitration", False), ("investigation", True)):
        step = _step(station, petition, kind="accepted", by_unit=body, road=road)
        assert ("2026年5月6日前办结" in _text(preview(station.desk, PaperKind.ACCEPTANCE_NOTICE, step))) is told


def test_a_refusal_cites_its_rule_and_names_the_routes(station: Station, petition: str) -> None:
    desk, body = station.desk, station.units["区住房和建设局"]
    _step(station, petition, kind="not_accepted", by_unit=body, text="已经人民法院立案。")
    with pytest.raises(Refused, match="refusal_needs_rule"):
        preview(desk, PaperKind.NON_ACCEPTANCE_NOTICE, petition)
    rule = "《信访工作条例》第三十一条第一项"
    _step(station, petition, kind="not_accepted", by_unit=body, text="已经人民法院立案。", rule_cited=rule)
    text = _text(preview(desk, PaperKind.NON_ACCEPTANCE_NOTICE, petition))
    for said in ("不予受理告知书", "因已经人民法院立案，", rule, "诉讼、仲裁", "区住房和建设局（印章）"):
        assert said in text


def test_a_letter_of_referral_has_a_slip_and_names_no_reporter(station: Station, petition: str) -> None:
    desk = station.desk
    _step(station, petition, kind="transferred", to_unit=station.units["区人力资源局"], text="属劳动监察职责。")
    text = _text(issue_paper(desk, PaperKind.REFERRAL_LETTER, petition).bytes)
    for said in (
        "区人力资源局：",
        "张伟",
        "138",
        "某某物业公司",
        "十五日内",
        "回执",
        "□不予受理",
        "因属劳动监察职责，",
    ):
        assert said in text
    assert "老周" not in text
    assert "11010519491231002X" not in text


def test_papers_are_offered_with_what_they_lack(station: Station, visit: str, petition: str) -> None:
    offered = {each.paper: each for each in papers_of(station.desk, "matter", petition)}
    assert all(str(each.why_not) for each in offered.values())
    assert {each.why_not.key for each in offered.values() if each.why_not} == {"actions.no_step_to_print"}
    issue_paper(station.desk, PaperKind.VISIT_RECEIPT, visit)
    prints = {each.paper: each.prints for each in papers_of(station.desk, "visit", visit)}
    assert prints == {PaperKind.REGISTRATION: 0, PaperKind.VISIT_RECEIPT: 1, PaperKind.PRIVACY_NOTICE: 0}
