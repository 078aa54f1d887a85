"""Twenty-three workers and two hundred: a list becomes parties and shares, sums agree, and everybody has a place."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from desktop.actions.agreements import agreement_draft, agreements_that_stand, conclude
from desktop.actions.many_papers import send_many
from desktop.actions.matters import matter_draft, open_matter
from desktop.actions.mediations import edit_mediation, mediation_draft, mediation_draft_from, open_mediation
from desktop.actions.papers import issue_paper, preview
from desktop.actions.papers_offered import papers_of
from desktop.actions.print_jobs import Wanted
from desktop.actions.rosters import read_roster, text_of
from desktop.actions.share_lists import read_shares
from desktop.forms.form import Draft
from desktop.forms.matters import MATTER_FORM
from desktop.forms.parties import signing_for_firms
from desktop.forms.questions import fresh
from desktop.forms.shares import shares_adding_up
from desktop.store.links import attachments_of, prints_of
from desktop.store.tables import record
from sync.records.errors import Refused, RuleBroken
from sync.records.mediations import Agreement
from sync.records.papers import PaperKind
from tests.system.actions.conftest import Station
from tests.system.actions.test_many_papers import Tray

ACCOUNT = "62170033200012345"
FIRM = {
    "role": "respondent",
    "party_kind": "organisation",
    "name": "光明建筑公司",
    "credit_code": "91440300MA5F000007",
    "legal_representative": "王𬱖",
    "phone": "0755-27401234",
    "address": "光侨大道2519号",
}


def _text(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


def _names(count: int) -> list[str]:
    digits = "零一二三四五六七八九"
    return ["王" + "".join(digits[int(c)] for c in str(n)) for n in range(1, count + 1)]


def _list(count: int, fen: int = 2_434_700) -> str:
    lines = ["序号\t姓名\t期间\t金额\t银行卡号\t开户行\t签名"]
    for at, name in enumerate(_names(count), 1):
        lines.append(f"{at}\t{name}\t2026年1月至3月\t{fen / 100:,.2f}\t{ACCOUNT}{at:02d}\t建设银行\t")
    lines.append(f"合计\t\t\t{count * fen / 100:,.2f}\t\t\t")
    return "\n".join(lines)


@pytest.fixture
def many(station: Station) -> Callable[[int], str]:
    """Open a mediation of so many workers against their firm; the first two speak for the others."""

    def opened(count: int) -> str:
        desk = station.desk
        listed = [f"{name}\t138{at:08d}\t凤凰路{at}号" for at, name in enumerate(_names(count), 1)]
        people = read_roster("\n".join(listed)).rows
        rows = [{"role": "applicant", "party_kind": "person", **row} for row in people]
        for row in rows[:2]:
            row["representative"] = True
        given = {"title": "工人工资纠纷", "category": "labour", "parties": [*rows, FIRM]}
        draft = fresh(MATTER_FORM, "matter", given | {"discovered_at": station.clock.at.isoformat()})
        matter = open_matter(desk, None, draft).id
        told = {"rights_told_at": station.clock.at.isoformat(), "consent": "all", "interests": "none"}
        return open_mediation(desk, matter, mediation_draft_from(desk, matter) | told).id

    return opened


def _terms(amount: str, **more: object) -> Draft:
    terms = [{"text": "被申请人支付申请人工资", "amount": amount, "payer": "2", "payee": "1", "due_on": "2026-04-01"}]
    return {
        "terms": terms,
        "total": amount,
        "facts": "拖欠工资。",
        "disputed": "数额。",
        "performance": "银行转账。",
        **more,
    }


@pytest.mark.parametrize("count", [23, 200])
def test_a_list_becomes_one_agreement_with_an_annex(station: Station, many: Callable[[int], str], count: int) -> None:
    desk, mediation = station.desk, many(count)
    shares = read_shares(_list(count))
    assert shares.untaken == ()
    assert len(shares.rows) == count
    total = f"{count * 24347:.2f}"
    given = _terms(total, shares=[dict(row) for row in shares.rows])
    assert shares_adding_up(given) == (
        "forms.shares_right",
        {"count": count, "sum": f"{count * 24347:,}.00", "instalments": f"{count * 24347:,}.00"},
    )
    done = conclude(desk, mediation, agreement_draft(desk, mediation) | given)
    text = _text(issue_paper(desk, PaperKind.AGREEMENT, done.id).bytes)
    assert f"共{count}人，合计人民币{count * 24347:,}.00元" in text
    assert text.count("****45" + "01") == 1
    assert all(text.count(name) >= 2 for name in _names(count)[10:])
    assert ACCOUNT not in text
    paid = _text(issue_paper(desk, PaperKind.PAYMENT_LIST, done.id).bytes)
    assert f"{ACCOUNT}01" in paid
    assert f"{ACCOUNT}{count:02d}" in paid
    assert "付款方签收：光明建筑公司" in paid
    again = issue_paper(desk, PaperKind.PAYMENT_LIST, done.id)
    assert again.copy == 2
    assert "副本" in _text(again.bytes)
    with desk.store.read() as reader:
        kept = {p.paper: p.attachment is not None for p in prints_of(reader, done.id)}
        names = [file.name for file in attachments_of(reader, done.id)]
    assert kept == {PaperKind.AGREEMENT: True, PaperKind.PAYMENT_LIST: False}
    assert len(names) == 1  # the payer's list travels to nobody


def test_each_person_may_have_an_agreement_of_his_own(station: Station, many: Callable[[int], str]) -> None:
    desk, mediation = station.desk, many(23)
    shares = [dict(row) for row in read_shares(_list(23)).rows]
    given = agreement_draft(desk, mediation) | _terms("559981", shares=shares, one_each=True)
    twice = [*given["terms"], {"text": "第二期", "amount": "1", "payer": "2", "payee": "1"}]
    rows = [{**shares[0], "amount": "24348"}, *shares[1:]]
    with pytest.raises(RuleBroken, match="one_each_one_instalment"):
        conclude(desk, mediation, given | {"terms": twice, "total": "559982", "shares": rows})
    done = conclude(desk, mediation, given)
    assert conclude(desk, mediation, given).id == done.id
    standing = agreements_that_stand(desk, mediation)
    ids = [one.id for one in standing]
    assert [one.names for one in standing] == _names(23)
    assert len(ids) == 23 == station.counts()["agreement"]
    with desk.store.read() as reader:
        papers = [paper for one in ids if isinstance(paper := reader.get(one), Agreement)]
    assert len({paper.number for paper in papers}) == 23
    assert {len(paper.parties) for paper in papers} == {2}
    assert {paper.copies for paper in papers} == {3}
    text = _text(preview(desk, PaperKind.AGREEMENT, ids[4]))
    for said in ("王五", "光明建筑公司", "工资（2026年1月至3月）", "24,347.00元", "一式三份"):
        assert said in text
    assert "附表" not in text
    assert "王四" not in text
    tray = Tray(copies=3)
    many_printed = send_many(desk, tray, Wanted(PaperKind.AGREEMENT, "", "柜台"), ids)
    assert (many_printed.printed, len(tray.sent)) == (23, 23)
    receipts = _text(preview(desk, PaperKind.PAYMENT_RECEIPT, mediation))
    assert all("".join(paper.number.split()) in receipts for paper in papers)
    assert receipts.count("人民币24,347.00元") == 23
    assert f"{ACCOUNT}05" in _text(preview(desk, PaperKind.PAYMENT_LIST, ids[4]))


def test_the_account_is_nowhere_in_clear_in_what_travels(station: Station, many: Callable[[int], str]) -> None:
    desk, mediation = station.desk, many(3)
    given = _terms("73041", shares=[dict(row) for row in read_shares(_list(3)).rows])
    done = conclude(desk, mediation, agreement_draft(desk, mediation) | given)
    with desk.store.read() as reader:
        bodies = reader.conn.execute(record.select().with_only_columns(record.c.body)).scalars().all()
        paper = reader.get(done.id)
    assert isinstance(paper, Agreement)
    assert not any(ACCOUNT.encode() in body for body in bodies)
    assert [share.account_tail for share in paper.shares] == ["4501", "4502", "4503"]
    with desk.store.write() as work:
        work.set_meta("account_key", "00" * 32)
    with pytest.raises(Refused, match="account_of_other_desk"):
        preview(desk, PaperKind.PAYMENT_LIST, done.id)
    offered = {each.paper: each.why_not for each in papers_of(desk, "agreement", done.id)}
    assert offered[PaperKind.AGREEMENT] is None
    assert offered[PaperKind.PAYMENT_LIST] is not None


@pytest.mark.parametrize(
    ("fen", "amount", "key", "difference"),
    [(2_434_700, "73042", "shares_fall_short", "1.00"), (2_434_800, "73041", "shares_exceed", "3.00")],
)
def test_no_agreement_whose_persons_do_not_come_to_the_instalments(
    station: Station, many: Callable[[int], str], fen: int, amount: str, key: str, difference: str
) -> None:
    desk, mediation = station.desk, many(3)
    given = _terms(amount, shares=[dict(row) for row in read_shares(_list(3, fen)).rows])
    before = station.counts()
    with pytest.raises(RuleBroken) as broken:
        conclude(desk, mediation, agreement_draft(desk, mediation) | given)
    assert broken.value.key == f"records.{key}"
    assert broken.value.values["difference"] == difference
    assert station.counts() == before


def test_somebody_who_is_no_party_or_stands_twice_is_named(station: Station, many: Callable[[int], str]) -> None:
    desk, mediation = station.desk, many(2)
    for name, key in (("李四", "actions.share_nobody"), ("王一", "records.share_twice")):
        rows = [{"name": "王一", "amount": "1"}, {"name": name, "amount": "1"}]
        with pytest.raises(RuleBroken) as broken:
            conclude(desk, mediation, agreement_draft(desk, mediation) | _terms("2", shares=rows))
        assert (broken.value.key, broken.value.values["name"]) == (key, name)
        assert broken.value.field == "shares.1.name"
    rows = [{"name": "王一", "amount": "2", "account": "六二一七"}]
    with pytest.raises(RuleBroken, match="no_account"):
        conclude(desk, mediation, agreement_draft(desk, mediation) | _terms("2", shares=rows))


def test_a_receipt_each_where_it_is_paid_on_the_spot(station: Station, many: Callable[[int], str]) -> None:
    desk, mediation = station.desk, many(23)
    given = _terms("559981", shares=[dict(row) for row in read_shares(_list(23)).rows])
    conclude(desk, mediation, agreement_draft(desk, mediation) | given)
    pdf = issue_paper(desk, PaperKind.PAYMENT_RECEIPT, mediation).bytes
    text = _text(pdf)
    for name in _names(23):
        assert f"给付{name}的款项（2026年1月至3月）人民币24,347.00元（大写：人民币贰万肆仟叁佰肆拾柒元整）" in text
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 12


def test_representatives_are_authorised_by_everybody_of_their_side(
    station: Station, many: Callable[[int], str]
) -> None:
    desk, mediation = station.desk, many(12)
    text = _text(issue_paper(desk, PaperKind.REPRESENTATION, mediation).bytes)
    for said in ("我们共12人", "推举王一、王二为代表", "第七条", "□特别授权", "代表（签名）：王二"):
        assert said in text
    assert all(name in text for name in _names(12))
    draft, seen = mediation_draft(desk, mediation)
    assert [row["name"] for row in draft["parties"] if row["representative"]] == ["王一", "王二"]
    assert len(draft["parties"]) == 13
    draft["parties"] = [{**row, "representative": row["name"] == "王三"} for row in draft["parties"]]
    edit_mediation(desk, mediation, draft, seen)
    assert "推举王三为代表" in _text(preview(desk, PaperKind.REPRESENTATION, mediation))
    with desk.store.read() as reader:
        matter = reader.get(mediation).matter  # type: ignore[attr-defined]
    assert len(matter_draft(desk, matter)[0]["parties"]) == 13


def test_a_workbook_is_read_and_what_is_no_share_stays(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("姓名", "身份证号", "应付金额（元）", "账号"),
        ("张伟", "11010519491231002X", 31000.5, ACCOUNT),
        ("李四", "", "多少", ""),
    ):
        sheet.append(row)
    path = tmp_path / "工资表.xlsx"
    book.save(path)
    found = read_shares(text_of(path))
    assert [(r["name"], r["number"], r["amount"], r["account"]) for r in found.rows] == [
        ("张伟", "11010519491231002X", "31000.5", ACCOUNT)
    ]
    assert [(u.line, u.why.key) for u in found.untaken] == [(3, "imports.share_no_amount")]


@pytest.mark.parametrize(
    "line",
    [
        "1. 张伟 2026年1月至3月 24,347.00 6217003320001234567 建设银行",
        "张伟，24347元，2026年1月至3月，6217 0033 2000 1234 567，建设银行".replace(" ", ""),
    ],
)
def test_a_typed_line_is_told_apart_by_its_looks(line: str) -> None:
    (row,) = read_shares(line).rows
    assert (row["name"], row["period"], row["account"], row["bank"]) == (
        "张伟", "2026年1月至3月", "6217003320001234567", "建设银行"
    )  # fmt: skip
    assert row["amount"] in ("24,347.00", "24347元")


@pytest.mark.parametrize(
    ("party", "key"),
    [
        ({"party_kind": "organisation", "name": "光明建筑公司凤凰项目部"}, "warn_project_office"),
        ({"party_kind": "organisation", "name": "光明建筑公司"}, "warn_firm_unknown"),
        ({"role": "respondent", "name": "老周", "occupation": "包工头"}, "warn_foreman"),
        ({"role": "entrusted_agent", "name": "老周", "scope": "班组长代签"}, "warn_foreman"),
    ],
)
def test_a_project_office_or_a_foreman_in_the_firms_place_is_warned_of(party: Draft, key: str) -> None:
    assert signing_for_firms({"parties": [{"role": "applicant", "name": "张伟"}, party]}) == {1: (f"forms.{key}", {})}


def test_a_firm_that_is_known_and_a_worker_who_is_a_team_leader_need_no_warning() -> None:
    firm = {"party_kind": "organisation", "name": "光明建筑公司", "credit_code": "9", "legal_representative": "王"}
    worker = {"role": "applicant", "name": "老周", "occupation": "班组长"}
    assert signing_for_firms({"parties": [firm, worker]}) == {}
