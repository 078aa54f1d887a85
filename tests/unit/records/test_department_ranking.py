"""Which departments an order is likely for: the same answer every time, with a reason for each point."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import LANGUAGES, wording
from sync.records.bigrams import bigrams
from sync.records.department_ranking import ALIKE, ReasonKind, ranked
from sync.records.duties import Duty, DutyIndex, read_duties, table_text
from sync.records.order_history import OrderHistory, PastOrder
from sync.records.rule_tables import TableName
from sync.records.table_checks import faults

DUTIES = (
    Duty("拖欠农民工工资", "区人力资源局", ("区住房和建设局",), "劳动", "L1", "欠薪 讨薪", "labour"),
    Duty("建筑工地夜间噪音", "区住房和建设局", (), "住建", "Z1", "施工 扰民"),
    Duty("房屋租赁纠纷", "区住房和建设局", (), "住建", "Z2", "租金 押金", "housing_land"),
    Duty("餐饮油烟扰民", "区生态环境局", (), "环境", "H1", "", "environment"),
)
NAMES = {"区人力资源局": "org_r", "区住房和建设局": "org_h", "区生态环境局": "org_e"}
THERE = NAMES | {unit: unit for unit in NAMES.values()}
INDEX = DutyIndex(DUTIES)
NONE = OrderHistory()


def past(department: str, *, contested: bool = False, category: str = "labour", text: str = "") -> PastOrder:
    return PastOrder("(2026)发令第1号", department, category, text, contested)


def test_words_of_two_characters_are_found_wherever_they_stand() -> None:
    assert bigrams("拖欠工资，3个月OT费") == {"拖欠", "欠工", "工资", "3", "个月", "ot", "费"}
    assert [m.duty.code for m in INDEX.containing("工资")] == ["L1"]
    assert [m.duty.code for m in INDEX.containing("扰民")] == ["Z1", "H1"]
    assert [m.duty.code for m in INDEX.containing("欠薪")] == ["L1"]
    assert INDEX.containing("") == INDEX.matches("无关") == []


def test_the_item_that_the_text_speaks_of_names_the_department_and_its_reason() -> None:
    (first, *_) = ranked("labour", "某公司拖欠农民工工资三个月", INDEX, NONE, (), THERE)
    assert (first.department, first.points) == ("org_r", 70)
    assert [(r.kind, r.said) for r in first.reasons] == [(ReasonKind.DUTY, "拖欠农民工工资")]
    assert ranked("other", "无关", INDEX, NONE, (), THERE) == []
    assert ranked("labour", "拖欠农民工工资", INDEX, NONE, (), {}) == []


def test_orders_that_were_taken_speak_for_a_department_and_released_ones_against_it() -> None:
    taken = [past("org_h")] * 2
    (first,) = ranked("labour", "", None, OrderHistory.of(taken), (), THERE)
    assert (first.department, first.points, first.reasons[0].count) == ("org_h", 20, 2)
    assert ranked("labour", "", None, OrderHistory.of([*taken, *[past("org_h", contested=True)] * 2]), (), THERE) == []
    assert ranked("traffic", "", None, OrderHistory.of(taken), (), THERE) == []
    (usual, *_) = ranked("labour", "", None, OrderHistory.of(taken), ["区生态环境局"], THERE)
    assert (usual.department, usual.reasons[0].kind) == ("org_e", ReasonKind.RULE)
    alike = [past("org_e", category="other", text="餐饮油烟扰民，夜间不能休息")]
    (similar,) = ranked("traffic", "餐饮油烟扰民，夜里不能休息", None, OrderHistory.of(alike), (), THERE)
    assert [r.kind for r in similar.reasons] == [ReasonKind.SIMILAR]


@given(st.permutations([past("org_h"), past("org_r"), past("org_e", contested=True), past("org_r", text="拖欠工资")]))
def test_the_order_in_which_history_is_told_changes_nothing(told: list[PastOrder]) -> None:
    found = ranked("labour", "拖欠工资", INDEX, OrderHistory.of(told), ["org_h"], THERE)
    assert found == ranked("labour", "拖欠工资", INDEX, OrderHistory.of(sorted(told, key=repr)), ["org_h"], THERE)
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)
    assert all(one.points == sum(r.points for r in one.reasons) for one in found)


@given(st.text(max_size=80))
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert all(one.department in NAMES.values() for one in ranked("labour", text, INDEX, NONE, (), THERE))


def test_a_list_is_written_as_it_is_read_and_a_bad_one_is_refused() -> None:
    awkward = Duty('“引号"\\反斜', "区人力资源局")
    assert read_duties(tomllib.loads(table_text([*DUTIES, awkward]))) == (*DUTIES, awkward)
    there = dict.fromkeys(NAMES, True)
    assert faults(TableName.DUTIES, table_text(DUTIES), there) == []
    bad = {
        "tables.no_department": table_text([Duty("甲", "区气象局")]),
        "tables.dissolved": table_text([Duty("甲", "区房屋局")]),
        "tables.row_twice": table_text([DUTIES[1], DUTIES[1]]),
        "tables.bad_duty": 'rows = [["甲"]]',
        "tables.no_rows": "rows = []",
        "tables.no_category": table_text([Duty("甲", "区人力资源局", category="weather")]),
    }
    for key, text in bad.items():
        (fault, *_) = faults(TableName.DUTIES, text, there | {"区房屋局": False})
        assert fault.key == key
        assert all(wording(language)(key, **fault.values) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    words = wording(language)
    for kind in (*(k.value for k in ReasonKind), "not_similar"):
        assert words(f"departments.reason_{kind}", said="甲", count=2)


TEXTS = ("拖欠农民工工资", "拖欠工资三个月", "餐饮油烟扰民", "", "楼上漏水")
SAID = st.builds(
    PastOrder,
    number=st.sampled_from(["1", "2", "3"]),
    department=st.sampled_from(sorted(NAMES.values())),
    category=st.sampled_from(["labour", "other"]),
    text=st.sampled_from(TEXTS),
    contested=st.booleans(),
)
WRITTEN = st.lists(st.tuples(st.sampled_from("abcdef"), st.lists(SAID, max_size=3)), max_size=40)


@given(WRITTEN, st.sampled_from(TEXTS))
def test_what_is_counted_as_it_comes_is_what_a_count_of_everything_finds(
    written: list[tuple[str, list[PastOrder]]], text: str
) -> None:
    kept, last = OrderHistory(), dict[str, list[PastOrder]]()
    for order, rows in written * 6:  # often enough for the index to be written anew
        last[order] = [replace(row, order=order) for row in rows]
        kept.put(order, last[order])
    every = [row for rows in last.values() for row in rows]
    assert sorted(kept, key=repr) == sorted(every, key=repr)
    assert len(kept) == len(every)
    for category in ("labour", "other"):
        told = {unit: (taken, contested) for unit, taken, contested in kept.counted(category)}
        counts = Counter((row.department, row.contested) for row in every if row.category == category)
        assert told == {unit: (counts[unit, False], counts[unit, True]) for unit, _ in counts}
    asked = bigrams(text)
    shares = [
        (row, len(asked & bigrams(row.text)) / len(asked | bigrams(row.text)))
        for row in every
        if asked & bigrams(row.text)
    ]
    found = sorted(((one.past, one.share) for one in kept.alike(text, ALIKE)), key=repr)
    assert found == sorted(((row, share) for row, share in shares if share >= ALIKE), key=repr)
    anew = OrderHistory.of(reversed(every))
    assert ranked("labour", text, INDEX, kept, (), THERE) == ranked("labour", text, INDEX, anew, (), THERE)


def test_of_orders_that_say_the_same_the_newest_is_named() -> None:
    text = "餐饮油烟扰民，夜间不能休息"
    rows = [PastOrder(n, "org_e", "other", text, contested=False, order=o) for n, o in (("第1号", "a"), ("第2号", "b"))]
    for told in (rows, rows[::-1]):
        (found,) = ranked("traffic", text, None, OrderHistory.of(told), (), THERE)
        assert [reason.said for reason in found.reasons] == ["第2号"]
