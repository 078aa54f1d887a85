"""Names are sorted by how they are read, then by code point: one order, stable, the same for rare characters."""

from __future__ import annotations

import random

from desktop.store.readings import name_order, readings
from sync.records.ideographs import gb18030_han

SORTED = [
    "Abdul",
    "阿依古丽",
    "吉野",
    "𠮷野",
    "单雄信",
    "陶𬱖",
    "王二",
    "王𠮷",
    "王三",
    "曾国藩",
    "张𠮷",
    "张三",
    "章一",
]


def test_names_stand_in_the_order_of_their_readings_surnames_as_surnames() -> None:
    for seed in range(20):
        mixed = SORTED[:]
        random.Random(seed).shuffle(mixed)
        assert sorted(mixed, key=name_order) == SORTED


def test_every_character_has_a_place_of_its_own() -> None:
    keys = [name_order(character) for character in gb18030_han()]
    assert len(set(keys)) == len(keys)


def test_what_nobody_can_read_comes_last_in_the_order_of_code_points() -> None:
    unread = [character for character in "𰀀𰀁𰀂𰀃" if not readings(character)]
    assert len(unread) > 1
    assert sorted([*reversed(unread), "赵"], key=name_order) == ["赵", *sorted(unread)]
