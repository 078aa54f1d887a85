"""Whatever is drawn up, however long: nothing leaves the text area, lies on something else, or is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.actions.case_documents import CASE_PAPERS
from desktop.printing.casefile.case import Agent, Agreed, CaseSheet, Evidence, Session, Visited
from desktop.printing.flow import Frame
from desktop.printing.frames import FORM, OFFICIAL, layout_of
from desktop.printing.manner import Layout, Manner
from desktop.printing.sheets import PartyBox, Sheet, VisitorLine
from sync.records.mediations import Term
from tests.support.drawn import Drawn, Ink, drawn, each, faults
from tests.support.sheets import AGREEMENT, EVERY, ORDER, RECORD, REGISTRATION, SECOND, render
from tests.support.station_sheets import STATION_SHEETS

PIECES = st.sampled_from(
    [
        "经双方充分协商，自愿达成如下协议：", "（详见附件）", "“依法维权”", "《工资支付条例》第十二条",
        "人民币31,000.50元",
        "䶮㛃𠮷𬱖𰻞", "⿰氵林", "13800138000", "Nguyễn Thị Minh Khai",
        "https://example.gov.cn/a/very/long/address?of=the&web=1",
        "2026年11月24日9时05分", "……", "——", "、", "；", "\n", " ", "　", "葛\U000e0100", "12栋1单元1203室",
    ]
)  # fmt: skip


def text(most: int) -> st.SearchStrategy[str]:
    """Text of up to ``most`` characters of all that stands in such papers; a third of the cases as long as may be."""
    usual = st.lists(PIECES, max_size=max(most // 8, 1)).map("".join)
    return st.one_of(usual, usual, PIECES.map(lambda piece: (piece or "长") * most)).map(lambda said: said[:most])


def line(most: int) -> st.SearchStrategy[str]:
    """The same without line feeds, and not blank."""
    return text(most).map(lambda said: said.replace("\n", "").strip() or "张三")


PARTY = st.builds(
    PartyBox,
    name=line(50),
    organisation=st.booleans(),
    side_label=st.sampled_from(["", "申请人", "被申请人"]),
    sex=st.sampled_from(["", "男", "女"]),
    ethnic_group=st.sampled_from(["", "汉族", "维吾尔族", "俄罗斯族", "高山族"]),
    nationality=st.sampled_from(["", "", "越南", "圣多美和普林西比"]),
    age=st.sampled_from(["", "43岁", "103岁"]),
    occupation=line(40),
    contact=line(40),
    address=line(120),
    representative=line(50),
    agent=st.one_of(st.just(""), line(80)),
    side=st.integers(1, 2),
)
TERM = st.builds(
    Term,
    text=line(300),
    amount_fen=st.one_of(st.none(), st.integers(1, 10**13)),
    due_on=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2036, 12, 31))),
)
PARTIES = st.lists(PARTY, min_size=1, max_size=12).map(tuple)
PEOPLE = st.lists(line(30), max_size=5).map(tuple)
LAWS = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a paper of ten pages takes minutes
)
MOMENT = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def area(frame: object = FORM) -> tuple[float, float, float, float]:
    """The text's width, and the height with what stands at head and foot of it: 16 points from the sheet's edges."""
    assert frame in (FORM, OFFICIAL)
    found = FORM if frame is FORM else OFFICIAL
    return found.left, 16.0, found.page_width - found.right, found.page_height - 16.0


def holds(pages: list[Drawn], said: list[str], frame: object = FORM) -> None:
    """All is in its place, and every character that was said is there."""
    assert [fault for page in pages for fault in faults(page, area(frame))] == []
    there = Counter("".join(ink.text for page in pages for ink in page.texts))
    wanted = Counter("".join(character for each in said for character in each if not character.isspace()))
    assert wanted - there == Counter()


def test_the_looker_sees_what_is_wrong() -> None:
    wide = Ink("右", 560.0, 100.0, 575.0, 115.0)
    one, other = Ink("甲", 100.0, 100.0, 115.0, 115.0), Ink("乙", 108.0, 104.0, 123.0, 119.0)
    crossed = Drawn([one], [(107.0, 90.0, 107.0, 130.0)])
    assert "leaves the width" in faults(Drawn([wide]), area())[0]
    assert faults(Drawn([one, other]), area()) == ["“甲” lies on “乙”"]
    assert "lies on a rule" in faults(crossed, area())[0]
    assert faults(Drawn([one], [(99.0, 90.0, 99.0, 130.0)]), area()) == []


@given(PARTIES, text(2000), text(400), st.lists(TERM, min_size=1, max_size=12), text(400), PEOPLE, st.booleans())
@LAWS
def test_an_agreement_of_any_length(
    parties: tuple[PartyBox, ...],
    facts: str,
    disputed: str,
    terms: list[Term],
    performance: str,
    mediators: tuple[str, ...],
    second: bool,
) -> None:
    sheet = replace(
        SECOND if second else AGREEMENT,
        parties=parties,
        facts=facts,
        disputed=disputed,
        terms=tuple(terms),
        performance=performance,
        mediators=mediators,
        total_fen=None,
    )
    pages = drawn(lambda: render(sheet))
    holds(
        pages,
        [facts, disputed, performance, *mediators, *(p.name for p in parties), *(t.text.rstrip("；，") for t in terms)],
    )
    last = "".join(ink.text for ink in pages[-1].texts)
    assert "人民调解委员会印章" in last
    assert len(last) > 60, "a seal on a page of its own"


@given(line(200), text(2000), st.lists(line(50), min_size=1, max_size=8), line(120), line(60), st.sampled_from(Layout))
@LAWS
def test_an_order_of_any_length(
    subject: str, said: str, departments: list[str], place: str, contact: str, layout: Layout
) -> None:
    sheet = replace(
        ORDER,
        subject=subject,
        text=said,
        departments=tuple(departments),
        place=place,
        contact=contact,
        manner=Manner(layout=layout),
    )
    pages = drawn(lambda: render(sheet))
    holds(pages, [subject, said, place, contact, *departments], OFFICIAL if layout is Layout.OFFICIAL else FORM)


VISITOR = st.builds(
    VisitorLine,
    name=line(50),
    role=st.sampled_from(["", "来访人", "代表", "同行人"]),
    people=st.sampled_from(["", "汉族", "维吾尔族"]),
    age=st.sampled_from(["", "43岁"]),
    document=st.sampled_from(["", "居民身份证 440301********1234", "港澳居民来往内地通行证 H0********"]),
    phone=line(30),
    address=line(120),
)


@given(st.lists(VISITOR, min_size=1, max_size=30), text(2000), text(600), text(800), PEOPLE, line(120))
@LAWS
def test_a_registration_of_any_length(
    visitors: list[VisitorLine], said: str, request: str, answer: str, respondents: tuple[str, ...], place: str
) -> None:
    sheet = replace(
        REGISTRATION,
        visitors=tuple(visitors),
        text=said,
        request=request,
        answer=answer,
        respondents=respondents,
        place=place,
    )
    pages = drawn(lambda: render(sheet))
    holds(pages, [said, request, answer, place, *respondents, *(visitor.name for visitor in visitors)])


@given(text(2000), PEOPLE, st.lists(line(50), min_size=1, max_size=12), line(200))
@LAWS
def test_a_record_of_a_session_of_any_length(
    said: str, present: tuple[str, ...], signing: list[str], cause: str
) -> None:
    sheet = replace(RECORD, text=said, present=present, signing=tuple(signing), cause=cause)
    holds(drawn(lambda: render(sheet)), [said, cause, *present, *signing])


CASE = st.builds(
    CaseSheet,
    template=st.just(""),
    number=st.sampled_from(["", "（2026）光明人调字第12号"]),
    committee=line(50),
    title=line(100),
    category=line(20),
    own_motion=st.sampled_from([None, True, False]),
    parties=PARTIES,
    side_names=st.lists(line(60), max_size=3).map(tuple),
    facts=text(2000),
    requests=st.lists(line(200), max_size=5).map(tuple),
    mediators=PEOPLE,
    recorder=line(30),
    started_at=st.just(MOMENT),
    ended_on=st.just(date(2026, 11, 30)),
    result=line(40),
    ended_reason=text(400),
    sessions=st.lists(
        st.builds(
            Session, title=line(20), started_at=st.just(MOMENT), place=line(80), present=line(200), text=text(2000)
        ),
        max_size=3,
    ).map(tuple),
    agents=st.lists(
        st.builds(Agent, principal=PARTY, name=line(50), contact=line(40), document=line(40), scope=text(200)),
        max_size=3,
    ).map(tuple),
    evidence=st.lists(st.builds(Evidence, name=line(120), source=line(60), remark=line(80)), max_size=12).map(tuple),
    agreed=st.one_of(
        st.none(),
        st.builds(
            Agreed,
            number=st.just("（2026）光明人调字第12号"),
            drawn_on=st.just(date(2026, 11, 24)),
            terms=st.lists(TERM, min_size=1, max_size=6).map(tuple),
            performance=text(200),
        ),
    ),
    visits=st.lists(
        st.builds(
            Visited,
            happened_at=st.just(MOMENT),
            manner=line(10),
            performed=line(10),
            satisfied=st.sampled_from([None, True, False]),
            text=text(800),
        ),
        max_size=3,
    ).map(tuple),
)


@pytest.mark.parametrize("paper", sorted(kind.value for kind in CASE_PAPERS))
@given(CASE)
@settings(LAWS, max_examples=6)
def test_a_form_of_the_file_of_any_length(paper: str, sheet: CaseSheet) -> None:
    module = import_module(f"desktop.printing.casefile.{paper}")
    pages = drawn(lambda: module.render(replace(sheet, template=f"{paper}-1")))
    assert [fault for page in pages for fault in faults(page, area())] == []


def stretched(value: Any, name: str, long: str) -> Any:
    """Return a sheet's value with every text in it as long as its kind of field may be."""
    if isinstance(value, str):
        if not value or name in AS_IT_IS:
            return value
        return long[: 2000 if name in RUNNING else 50 if "name" in name else 120]
    if isinstance(value, tuple):
        return tuple(stretched(part, name, long) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        made = {f.name: stretched(getattr(value, f.name), f.name, long) for f in fields(value) if f.name not in KEPT}
        return replace(value, **made)
    return value


AS_IT_IS = {"template", "number", "kind", "sex", "role", "side_label", "title"}
RUNNING = {"text", "facts", "disputed", "handled", "reason", "note", "matter", "performance", "request", "answer"}
KEPT = {"manner", "stamp", "words"}
LONG = (
    "经双方充分协商，自愿达成如下协议（详见附件）：" * 100,
    "䶮㛃𠮷𬱖𰻞⿰氵林" * 250,
    "Nguyễn Thị Minh Khai https://example.gov.cn/a/very/long/address?of=the&web=1 " * 30,
    "A" * 2000,
    "，。、；：" * 400,
)


MIXED = "".join(part[:60] for part in LONG for _again in range(4)) * 2


def out_of_place(name: str, layout: Layout | None, long: str) -> list[str]:
    """Return what stands wrongly on one kind of paper all of whose texts are ``long``."""
    made = replace(stretched({**EVERY, **STATION_SHEETS}[name], "", long), manner=Manner(layout=layout))
    return [fault for page in drawn(lambda: render(made)) for fault in faults(page, area(frame_of(made)))]


@pytest.mark.parametrize("name", each(sorted({**EVERY, **STATION_SHEETS})))
def test_every_kind_of_paper_holds_long_texts(name: str) -> None:
    assert out_of_place(name, None, MIXED) == []


@pytest.mark.long
@pytest.mark.parametrize("long", LONG, ids=["sentences", "rare", "Latin", "one word", "marks"])
@pytest.mark.parametrize("layout", [None, *Layout])
@pytest.mark.parametrize("name", sorted({**EVERY, **STATION_SHEETS}))
def test_every_kind_of_paper_holds_texts_of_any_sort(name: str, layout: Layout | None, long: str) -> None:
    assert out_of_place(name, layout, long) == []


def frame_of(sheet: Sheet) -> Frame:
    """Return the frame in which a sheet is set."""
    own = Layout.OFFICIAL if sheet.template.startswith("dispatch_order") else Layout.FORM
    return OFFICIAL if layout_of(sheet, own) is Layout.OFFICIAL else FORM
