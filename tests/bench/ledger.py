"""Seeded records of a station: people, visits with texts of 60 to 250 characters, and who came."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sync.records.kinds import KINDS
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Answer, Document, DocumentType, Person
from sync.records.record import Made, Record
from sync.records.visits import Category, Channel, Visit

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉珍国强晓梅志远文海建华春燕"
_PLACES = ("凤凰街道", "甲子塘社区", "塘家社区", "东坑社区", "光侨大道", "下朗工业区", "红坳村", "田寮大道")
_PARTS = (
    "楼上卫生间长期渗水，客厅天花板发霉脱落", "物业以维修资金不足为由一直拖延", "拖欠工资多月至今没有支付",
    "双方就赔偿金额没有达成一致", "夜间施工噪声很大，影响老人和孩子休息", "多次沟通没有结果，希望社区出面协调",
    "预付卡商家闭店，余额不退", "停车位被长期占用，邻里为此争吵", "要求公开维修账目并限期整改", "合同到期房东不退押金",
    "电梯半年内多次困人，住户十分担心", "装修工人堆放垃圾堵住消防通道", "双方口头约定的工期已经超过两个月",
)  # fmt: skip


def id_at(kind: str, at: datetime, dice: random.Random) -> str:
    """An id as a station makes it at that moment: what was written today is found by it (proved.py)."""
    tail = dice.getrandbits(62) | (0b10 << 62)
    return f"{KINDS[kind].prefix}_{round(at.timestamp() * 1000):012x}7{dice.getrandbits(12):03x}{tail:016x}"


@dataclass
class Ledger:
    """Makes records in the order in which a station does: the same seed tells the same story, with new ids."""

    made: Made
    seed: int = 20261124

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._ids = random.Random()
        self._known: list[str] = []

    def visits(self, count: int, since: datetime, until: datetime) -> Iterator[list[Record]]:
        """Yield for each visit its records: a new person for one visit in three, the visit, the participation."""
        step = (until - since) / count
        for turn in range(count):
            yield self._visit(since + step * turn)

    def _visit(self, at: datetime) -> list[Record]:
        dice = self._dice
        made = replace(self.made, at=at)
        records: list[Record] = []
        if not self._known or dice.random() < 1 / 3:
            person = self._person(made)
            self._known.append(person.id)
            records.append(person)
        who = self._known[-1] if records else dice.choice(self._known)
        visit = Visit(
            id=id_at("visit", at, self._ids),
            made=made,
            channel=dice.choice((Channel.WALK_IN, Channel.WALK_IN, Channel.PHONE)),
            happened_at=at - timedelta(minutes=dice.randrange(1, 30)),
            number=f"光明登{at.year}-{dice.randrange(999_999):06d}-K7MQ",
            text=self.text(),
            category=dice.choice(tuple(Category)),
        )
        part = Participation(
            id=id_at("participation", at, self._ids), made=made, subject=visit.id, party=who, role=PartyRole.VISITOR
        )
        return [*records, visit, part]

    def text(self) -> str:
        """A complaint: three to nine clauses, a place and an amount."""
        dice = self._dice
        clauses = dice.sample(_PARTS, dice.randrange(3, 10))
        who = f"{dice.choice(_PLACES)}{dice.randrange(1, 99)}号住户反映："
        return who + "，".join(clauses) + f"，涉及{dice.randrange(500, 90_000)}元。"

    def name(self) -> str:
        """A name of two or three characters."""
        dice = self._dice
        return dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2))))

    def phone(self) -> str:
        """A mobile number."""
        return f"13{self._dice.randrange(10**9):09d}"

    def _person(self, made: Made) -> Person:
        dice = self._dice
        number = f"4403{dice.randrange(10**6):06d}{dice.randrange(10**7):07d}X"
        return Person(
            id=id_at("person", made.at, self._ids),
            made=made,
            name=self.name(),
            phones=(self.phone(),),
            address=f"光明区{dice.choice(_PLACES)}{dice.randrange(1, 400)}号{dice.randrange(100, 3000)}",
            document=Document(answer=Answer.GIVEN, type=DocumentType.CITIZEN, number=number),
        )
