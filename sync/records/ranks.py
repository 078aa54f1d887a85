"""Ranks of leaders from low to high, and whether the one who came is of the rank that an order demands."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from sync.records.text import half_width

RANKS: Final[tuple[tuple[str, ...], ...]] = (
    ("工作人员", "科员", "办事员", "干事"),
    ("科室负责人", "股级", "股长", "班组长", "组长"),
    ("副科级", "科级副职", "副科长", "副主任科员", "副科"),
    ("科级", "正科级", "科级正职", "科长", "主任科员", "正科"),
    ("副处级", "处级副职", "副处长", "副调研员", "副局长", "副处"),
    ("处级", "正处级", "处级正职", "处长", "调研员", "局长", "正处"),
    ("副局级", "副厅级", "厅级副职", "副厅"),
    ("局级", "正局级", "厅级", "正厅级", "厅级正职"),
)
"""The ladder that holds where the district has set no other: to be confirmed, as all figures of an order."""


class RankVerdict(StrEnum):
    """What is to be said of a leader's rank; UNKNOWN where either word stands in no step of the ladder."""

    NONE_DEMANDED = "none_demanded"
    MEETS = "meets"
    BELOW = "below"
    UNKNOWN = "unknown"


def judged(rank: str, demanded: str, ranks: Sequence[Sequence[str]] = RANKS) -> RankVerdict:
    """Judge ``rank`` against ``demanded``: each step of ``ranks``, from low to high, has the words that mean it."""
    if not demanded.strip():
        return RankVerdict.NONE_DEMANDED
    has, needs = _step(rank, ranks), _step(demanded, ranks)
    if has is None or needs is None:
        same = _plain(rank) == _plain(demanded)
        return RankVerdict.MEETS if same and rank.strip() else RankVerdict.UNKNOWN
    return RankVerdict.MEETS if has >= needs else RankVerdict.BELOW


def _step(word: str, ranks: Sequence[Sequence[str]]) -> int | None:
    said = _plain(word)
    return next((place for place, words in enumerate(ranks) if said in map(_plain, words)), None)


def _plain(word: str) -> str:
    return "".join(half_width(word).split()).removesuffix("领导").removesuffix("干部").removesuffix("以上")
