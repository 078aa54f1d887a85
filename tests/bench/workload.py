"""The exchange's workload: seeded visits of 1.4 KB each whose text packs about as real prose does, to a third."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sync.records.record import Made
from sync.records.visits import Category, Channel, Visit
from tests.bench.ledger import id_at

SEED = 20261129
_WORDS = 6000
_COMMON = "物业维修工资拖欠调解社区登记反映邻居噪声漏水押金合同赔偿协商部门处理电话到期停车消防通道装修施工补偿租赁"


class Workload:
    """Makes visits by ``made``; the same seed tells the same story, with new ids."""

    def __init__(self, made: Made, seed: int = SEED) -> None:
        self._made, self._dice, self._ids = made, random.Random(seed), random.Random()
        dice = self._dice
        invented = [
            "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(dice.choice((1, 2, 2, 3))))
            for _ in range(_WORDS)
        ]
        known = [_COMMON[at : at + 2] for at in range(0, len(_COMMON), 2)]
        self._words = known + invented
        self._weights = [1 / (rank + 3) for rank in range(len(self._words))]

    def visits(self, count: int) -> Iterator[Visit]:
        """Yield visits, a minute apart, up to ``made.at``."""
        begin = self._made.at - timedelta(minutes=count)
        for turn in range(count):
            yield self._visit(begin + timedelta(minutes=turn, milliseconds=self._dice.randrange(60_000)))

    def _visit(self, at: datetime) -> Visit:
        dice = self._dice
        return Visit(
            id=id_at("visit", at, self._ids),
            made=replace(self._made, at=at),
            channel=dice.choice((Channel.WALK_IN, Channel.WALK_IN, Channel.PHONE)),
            happened_at=at - timedelta(seconds=dice.randrange(60, 1800)),
            number=f"光明登{at.year}-{dice.randrange(999_999):06d}-K7MQ",
            text=self._prose(180, 290),
            category=dice.choice(tuple(Category)),
            place=self._prose(10, 20),
            answered=True,
            answer=self._prose(40, 70),
            remark=self._prose(20, 40),
        )

    def _prose(self, least: int, most: int) -> str:
        wanted, parts, size = self._dice.randrange(least, most), list[str](), 0
        while size < wanted:
            words = self._dice.choices(self._words, self._weights, k=max(1, (wanted - size) // 2))
            parts += [*words, "，"]
            size = sum(map(len, parts))
        return "".join(parts)[:wanted]
