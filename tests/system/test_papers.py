"""Papers as other programs see them: fonts, text to the letter, pages, structure, ink, and the same bytes anywhere."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path

import pytest

from desktop.printing.sheets import AgreementSheet, Sheet
from sync.records.errors import Refused, RuleBroken
from sync.records.mediations import Term
from tests.support import sheets
from tests.support.pdf import check_structure, fonts_of, information_of, ink_of, text_of
from tests.support.sheets import render

PAGES = {
    "agreement": 2,
    "hard agreement": 4,
    "oral agreement": 2,
    "agreement 2": 2,
    "oral agreement 2": 2,
    "agreement of 23": 4,
    "mediation record": 2,
    "order": 2,
    "hard order": 5,
    "registration": 1,
    "hard registration": 2,
    "receipt": 1,
    "foreign receipt": 1,
    "privacy notice": 1,
    "acceptance notice": 1,
    "non-acceptance notice": 1,
    "referral": 2,
    "accusation": 2,
    "accusation receipt": 1,
    "blank registration": 1,
    "blank agreement": 2,
    "hand-over": 2,
    "payment list": 1,
    "agreement of 23 with shares": 6,
    "agreement of 200 with shares": 27,
}


GROUP = sheets.HARD_REGISTRATION.visitors


@pytest.fixture(params=sheets.ALL, scope="module")
def named(request: pytest.FixtureRequest) -> tuple[str, Sheet, bytes]:
    name = str(request.param)
    return name, sheets.ALL[name], render(sheets.ALL[name])


def strings(value: object) -> Iterator[str]:
    """All text that a sheet holds, as it was typed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value) and not isinstance(value, Enum):
        for field in fields(value):
            if field.name != "template":
                yield from strings(getattr(value, field.name))


def test_every_font_is_embedded_as_a_subset_that_reads_back(named: tuple[str, Sheet, bytes]) -> None:
    listed = fonts_of(named[2])
    assert listed
    assert all(font["emb"] == font["sub"] == font["uni"] == "yes" for font in listed), listed


def test_text_reads_back_to_the_letter(named: tuple[str, Sheet, bytes]) -> None:
    _name, sheet, pdf = named
    foot = f"第[0-9]+页共[0-9]+页(?:{re.escape(sheet.number)})?"  # stands in the middle of a text that a page divides
    text = re.sub(foot, "", text_of(pdf))
    for typed in strings(sheet):
        assert "".join(typed.split()) in text


@pytest.mark.parametrize("name", [*sheets.RARE, sheets.LONG_NAME, sheets.ETHNIC_NAME, "Nguyễn Thị Minh Khai"])
def test_a_name_reads_back_whole(name: str) -> None:
    first, second = sheets.AGREEMENT.parties
    pdf = render(replace(sheets.AGREEMENT, parties=(replace(first, name=name), second)))
    assert text_of(pdf).count("".join(name.split())) >= 1


def test_no_page_is_without_ink(named: tuple[str, Sheet, bytes]) -> None:
    name, _sheet, pdf = named
    assert int(information_of(pdf)["Pages"]) == PAGES[name]
    for page in range(1, PAGES[name] + 1):
        assert 0.002 < ink_of(pdf, page) < 0.2


def test_qpdf_finds_nothing_to_say(named: tuple[str, Sheet, bytes], tmp_path: Path) -> None:
    check_structure(named[2], tmp_path)


def test_the_document_information_is_the_kind_and_the_number_alone(named: tuple[str, Sheet, bytes]) -> None:
    information = information_of(named[2])
    assert information["Title"].endswith(named[1].number)
    assert information["Page size"].endswith("(A4)")
    assert not {"Author", "Subject", "Keywords", "Creator", "CreationDate", "ModDate"} & information.keys()


SURROUNDINGS = [
    {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1"},
    {"RL_pageCompression": "0", "RL_useA85": "1", "RL_invariant": "0", "PYTHONHASHSEED": "3"},
]
DIGEST = (
    "import hashlib\nfrom tests.support.sheets import ALL, render\n"
    "for sheet in ALL.values(): print(hashlib.sha256(render(sheet)).hexdigest())"
)


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_the_same_sheet_is_the_same_bytes_in_any_process(surroundings: dict[str, str]) -> None:
    root = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-c", DIGEST], cwd=root, env={**os.environ, **surroundings}, capture_output=True, check=True
    )
    assert child.stdout.decode().split() == [hashlib.sha256(render(sheet)).hexdigest() for sheet in sheets.ALL.values()]


def test_a_preview_says_on_every_page_that_it_is_none() -> None:
    assert text_of(render(replace(sheets.HARD_AGREEMENT, number="", preview=True))).count("预览件") == 4


def test_an_agreement_has_the_form_s_fields_in_their_order_and_no_date_of_its_own() -> None:
    text = text_of(render(sheets.AGREEMENT))
    order = ["人民调解协议书", "编号", "当事人", "姓名", "性别", "民族", "年龄", "职业或职务", "联系方式", "单位或住址"]
    order += ["法定代表人", "纠纷主要事实、争议事项：", "经调解，自愿达成如下协议：", "履行方式、时限："]
    order += [
        "人民调解委员会印章之日起生效。",
        "本协议一式三份，当事人、人民调解委员会各持一份。",
        "签名盖章或按指印",
        "人民调解员（签名）",
        "记录人（签名）",
    ]
    order += ["（人民调解委员会印章）"]
    places = [text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "金额：人民币31,000.00元（大写：人民币叁万壹仟元整）；履行期限：2026年12月5日前（含当日）。" in text
    assert text.count("年月日") == 5


def test_each_mediator_and_each_agent_has_a_place_to_sign() -> None:
    text = text_of(render(replace(sheets.AGREEMENT, mediators=("李文静", "王𬱖", "赵敏"))))
    for said in ("人民调解员（签名）：李文静", "人民调解员（签名）：王𬱖", "人民调解员（签名）：赵敏"):
        assert said in text
    assert text.count("当事人（盖章）：") == text.count("法定代表人（签名）：") == text.count("代理人（签名）：") == 1
    assert text.count("年月日") == 7


def test_copies_beyond_those_of_parties_and_committee_are_accounted_for() -> None:
    text = text_of(render(replace(sheets.AGREEMENT, copies=4)))
    assert "本协议一式四份，当事人、人民调解委员会各持一份，其余一份供申请司法确认等使用。" in text


def test_a_change_names_the_agreement_that_it_replaces() -> None:
    text = text_of(render(replace(sheets.AGREEMENT, replaces="（2026）光明人调字第3号")))
    assert "本协议变更并取代编号为（2026）光明人调字第3号的人民调解协议书。" in text


def test_an_oral_agreement_has_its_own_form_which_the_parties_do_not_sign() -> None:
    text = text_of(render(sheets.ORAL_AGREEMENT))
    assert "人民调解口头协议登记表" in text
    assert "各方当事人于2026年11月24日达成口头协议，本协议自当日起生效。" in text
    for said in ("人民调解员（签名）：李文静", "记录人（签名）", "（人民调解委员会印章）", "叁万壹仟元整"):
        assert said in text
    assert "按指印" not in text
    assert "一式" not in text


def test_a_term_ends_with_one_full_stop() -> None:
    for typed in ("双方互不追究", "双方互不追究。", "双方互不追究；"):
        terms = (Term(text=typed), Term(text=typed, amount_fen=100))
        text = text_of(render(replace(sheets.AGREEMENT, terms=terms)))
        assert "一、双方互不追究。二、双方互不追究。金额：人民币1.00元（大写：人民币壹元整）。" in text
        assert "。。" not in text


@pytest.mark.parametrize("sheet", [sheets.SECOND, sheets.ORAL_SECOND], ids=["written", "oral"])
def test_the_second_edition_says_who_pays_whom_and_what_the_instalments_come_to(sheet: AgreementSheet) -> None:
    text = text_of(render(sheet))
    payer, payee = sheet.parties[1].name, sheet.parties[0].name
    assert text.count(f"付款方：{payer}；收款方：{payee}；金额：人民币") == 2
    assert "履行日期：2026年11月20日（已付清）。" in text
    assert "本协议约定的款项共二笔，总额人民币31,000.00元（大写：人民币叁万壹仟元整）。" in text
    assert f"{sheet.read_by}已于2026年11月24日10时30分向各方当事人宣读" in text
    assert text.index("争议事项：") < text.index("各方当事人的责任：被申请人未按约定") < text.index("、支付第一期工资")
    assert "宣读" not in text_of(render(replace(sheet, read_by="", read_at=None)))
    both_ways = (sheet.terms[1], replace(sheet.terms[1], payer=1, payee=2))
    assert "总额" not in text_of(render(replace(sheet, total_fen=None, terms=both_ways)))


FIRST = ("agreement-1", "oral_agreement-1")


@pytest.mark.parametrize("template", FIRST)
def test_an_agreement_of_the_first_edition_says_what_it_said_then(template: str) -> None:
    sheet = replace(sheets.SECOND, template=template, oral=template != FIRST[0], agreed_on=date(2026, 11, 24))
    plain = tuple(replace(term, payer=0, payee=0, early_reason="") for term in sheet.terms)
    parties = tuple(replace(party, side=0) for party in sheet.parties)
    then = replace(sheet, terms=plain, parties=parties, responsibility="", total_fen=None, read_by="", read_at=None)
    assert render(sheet) == render(then)


def test_many_on_one_side_stand_in_a_list_and_each_has_a_place_to_sign() -> None:
    pages = pages_of(render(sheets.WORKERS))
    text = text_of(render(sheets.WORKERS))
    assert "当事人（申请人，共23人）" in text
    assert f"收款方：{sheets.RARE[0]}等23人" in "".join(text.split())
    listed = [page for page in pages if "王小明" in page and "装修工" in page]
    assert len(listed) == 2
    assert all(page.count("联系方式") >= 1 for page in listed)
    for number, party in enumerate(sheets.WORKERS.parties[:-1], 1):
        assert f"{number}{party.name}" in text[text.index("当事人（签名盖章或按指印）：") :]
    assert text.count("年月日") == 23 + 1 + 3
    assert "（此栏空白）" in text


def test_a_foreigner_s_box_says_nationality_instead_of_ethnic_group() -> None:
    text = text_of(render(replace(sheets.AGREEMENT, parties=sheets.HARD_AGREEMENT.parties[1:2])))
    assert "国籍越南" in text
    assert "民族" not in text


def test_in_a_group_each_one_s_role_is_said_the_first_one_s_too() -> None:
    lines = [replace(line, role="代表" if number < 2 else "同行人") for number, line in enumerate(GROUP)]
    for first in (lines, lines[1:]):  # a long name first, a short name first
        text = text_of(render(replace(sheets.REGISTRATION, visitors=tuple(first))))
        assert text.count("代表") == len(first) - 4


def test_a_sheet_with_nothing_filled_in_is_still_a_form() -> None:
    bare = replace(
        sheets.REGISTRATION, number="", channel="", purpose="", category="", nature="", visitors=(), respondents=()
    )
    text = text_of(render(replace(bare, text="", answer="", registrar="", place="", receipt=None)))
    assert "群众诉求登记表" in text
    assert "诉求内容" in text


def test_a_registration_without_a_visitor_in_person_has_no_place_for_a_signature() -> None:
    assert "来访人（签名）" in text_of(render(sheets.REGISTRATION))
    assert "来访人（签名）" not in text_of(render(replace(sheets.REGISTRATION, visitor_signs=False)))


def pages_of(pdf: bytes) -> list[str]:
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode().split("\f")


def test_a_receipt_slip_is_never_divided() -> None:
    for lines in range(1, 60, 3):
        pages = pages_of(render(replace(sheets.REGISTRATION, text="雨天污水倒灌，多次反映无果。" * lines)))
        (with_title,) = [page for page in pages if "群众诉求登记回执" in page]
        assert "（盖章）" in with_title


def test_six_people_their_matter_and_the_slip_fit_on_one_page() -> None:
    group = tuple(replace(GROUP[1], name=f"王小明{number}", address="") for number in range(6))
    receipt = replace(
        sheets.REGISTRATION.receipt,
        next_step="本站将核实情况，能当场办理的当场办理；需要有关部门办理的，转送有关部门，并告知您。",
    )
    given = {"respondents": (), "place": "", "text": "六户住户一起来反映，要求限期更换电梯。" * 2, "answer": ""}
    pdf = render(replace(sheets.REGISTRATION, visitors=group, headcount=6, receipt=receipt, **given))
    assert information_of(pdf)["Pages"] == "1"


def test_a_slip_has_no_line_for_an_address_that_nobody_entered() -> None:
    receipt = replace(sheets.REGISTRATION.receipt, address="")
    assert "联系地址" not in text_of(render(replace(sheets.REGISTRATION, receipt=receipt)))
    assert "联系地址" in text_of(render(sheets.REGISTRATION))


def test_a_long_list_of_companions_has_its_heading_on_every_page() -> None:
    group = tuple(replace(GROUP[1], name=f"王小明{number}") for number in range(30))
    pages = pages_of(render(replace(sheets.REGISTRATION, visitors=group, headcount=30)))
    listed = [page for page in pages if "王小明" in page and "同行人" in page]
    assert len(listed) >= 2
    assert all(page.count("序号") == 1 for page in listed)


def test_an_order_s_last_page_has_text_seal_and_the_street_s_copy_together() -> None:
    for lines in range(1, 60, 3):
        pages = pages_of(render(replace(sheets.ORDER, text="雨天污水倒灌，多次反映无果。" * lines)))
        (copied,) = [page for page in pages if "抄送：马田街道办事处" in page]
        assert "（印章）" in copied
        assert "对发令有异议的" in copied
        assert "发令响应记录" not in copied


def test_each_department_has_its_block_to_reply_in_which_no_page_break_divides() -> None:
    pages = pages_of(render(sheets.HARD_ORDER))
    blocks = "".join(pages[pages.index(next(page for page in pages if "发令响应记录" in page)) :])
    for department in sheets.HARD_ORDER.departments:
        assert department in "".join(blocks.split())
    for page in pages:
        counts = {page.count(words) for words in ("签收人：", "报到人：", "职级：", "经办人：", "核实人：")}
        assert len(counts) == 1


def test_a_seal_never_stands_on_a_page_without_text_of_the_agreement() -> None:
    for count in range(1, 30, 2):
        pages = pages_of(render(replace(sheets.AGREEMENT, terms=sheets.HARD_AGREEMENT.terms[:1] * count)))
        (sealed,) = [page for page in pages if "（人民调解委员会印章）" in page]
        assert "本协议一式三份" in sealed


@pytest.mark.parametrize("lines", [1, 3, 5, 6, 7])
def test_a_seal_never_stands_without_those_who_sign(lines: int) -> None:
    firm = replace(sheets.AGREEMENT.parties[1], name="深圳市光明区" + "某某科技" * 14 + "有限公司")
    for count in (4, 5, 6, 7, 12):
        performance = "分期支付，每期支付后由对方出具收条，" * 2 * lines
        pages = pages_of(render(replace(sheets.AGREEMENT, parties=(firm,) * count, performance=performance)))
        (sealed,) = [page for page in pages if "（人民调解委员会印章）" in page]
        assert "人民调解员（签名）" in sealed


def test_forty_parties_fill_pages_and_the_seal_stays_with_the_last_who_sign() -> None:
    sheet = replace(sheets.AGREEMENT, parties=sheets.AGREEMENT.parties[:1] * 40)
    pages = pages_of(render(sheet))
    (sealed,) = [page for page in pages if "（人民调解委员会印章）" in page]
    assert "人民调解员（签名）" in sealed


def test_a_character_without_a_font_stops_the_paper_and_names_field_and_character() -> None:
    with pytest.raises(RuleBroken) as refused:
        render(replace(sheets.AGREEMENT, facts="事实🦄"))
    assert refused.value.key == "printing.no_glyph"
    assert refused.value.field == "facts"
    assert refused.value.values == {"character": "🦄", "code": "U+1F984"}


def test_a_template_that_this_program_has_not_is_refused() -> None:
    for template in ("agreement-99", "../fonts/manifest", ""):
        with pytest.raises(Refused, match=r"printing\.no_template"):
            render(replace(sheets.AGREEMENT, template=template))


def test_dates_of_an_order_are_those_of_the_value_at_beijing_time() -> None:
    text = text_of(render(sheets.ORDER))
    assert "1小时内（2026年11月24日10时30分前）" in text
    assert "72小时内（2026年11月27日9时30分前）" in text


def test_sheets_hold_no_dates_that_a_paper_could_mistake_for_its_own() -> None:
    assert not [field for field in fields(AgreementSheet) if isinstance(field.default, (date, datetime))]


LINE = "雨天污水倒灌，多次反映无果。"
FORMS = {
    "acceptance": lambda n: replace(sheets.CASES["acceptance"], facts=LINE * n),
    "closing_report": lambda n: replace(sheets.CASES["closing_report"], facts=LINE * n),
    "follow_up_record": lambda n: replace(
        sheets.CASES["follow_up_record"], visits=(replace(sheets.CASE.visits[0], text=LINE * n),)
    ),
    "representation": lambda n: replace(
        sheets.CASES["representation"],
        chosen=(replace(sheets.CHOSEN[0], speakers=sheets.RARE[:1], voters=(("王小明", "440301********1234"),) * n),),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_nobody_signs_a_form_on_a_page_that_says_nothing(form: str) -> None:
    numbers = sheets.CASE.number
    for count in range(1, 100, 4):
        pages = ["".join(page.split()).removeprefix(numbers) for page in pages_of(render(FORMS[form](count)))]
        last = [page for page in pages if "（签名" in page][-1]
        assert not re.match("(当事人|承办人|回访人|代表)（签名", last), (count, last)
