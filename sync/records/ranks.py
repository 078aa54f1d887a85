"""The order of leaders' ranks (领导职级), so that who came can be held against who was demanded.

Ranks are written in many ways: 科级正职, 正科, 正科级, 科长 are one. What is none of these is for a person to judge:
`reaches` says neither yes nor no.
"""

from __future__ import annotations

from typing import Final

from sync.records.text import half_width

RANKS: Final = ("科员", "科室负责人", "科级副职", "科级正职", "处级副职", "处级正职", "厅级副职", "厅级正职")
"""The lowest first. 科室负责人 heads an office and may hold any rank below 科级正职: it is asked for, not a grade."""

_WRITTEN: Final[dict[str, tuple[str, ...]]] = {
    "科员": ("工作人员", "办事员", "干事", "四级主任科员", "三级主任科员"),
    "科室负责人": ("科室主任", "部门负责人", "股级", "股长", "组长", "所长", "站长"),
    "科级副职": ("副科", "副科级", "副科长", "副主任科员", "副镇长", "副所长", "副大队长"),
    "科级正职": ("正科", "正科级", "科级", "科长", "主任科员", "大队长"),
    "处级副职": ("副处", "副处级", "副处长", "副调研员", "副局长", "副区长", "街道副主任"),
    "处级正职": ("正处", "正处级", "处级", "处长", "调研员", "局长", "区长", "街道主任", "街道书记"),
    "厅级副职": ("副厅", "副厅级", "副局级", "副厅长", "副市长"),
    "厅级正职": ("正厅", "正厅级", "厅级", "局级", "正局级", "厅长", "市长"),
}
_ORDER: Final = {word: place for place, rank in enumerate(RANKS) for word in (rank, *_WRITTEN[rank])}


def rank_order(text: str) -> int | None:
    """Return where a rank stands, 0 for the lowest; None for one that is not known."""
    return _ORDER.get("".join(half_width(text).split()))


def reaches(rank: str, required: str) -> bool | None:
    """Whether who holds ``rank`` is enough where ``required`` was demanded; None where a person has to judge."""
    if not required.strip():
        return True
    if "".join(rank.split()) == "".join(required.split()):
        return True
    held, wanted = rank_order(rank), rank_order(required)
    return None if held is None or wanted is None else held >= wanted
