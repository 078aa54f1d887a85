"""The words that ledgers use for channels, documents and answers: the catalogue's, and what clerks write for them."""

from __future__ import annotations

from functools import cache
from typing import Final, TypeVar

from resources import wording
from sync.records.persons import Answer, DocumentType, Sex
from sync.records.visits import Category, Channel

YES: Final = frozenset({"是", "有", "√", "✓", "Y", "YES", "TRUE", "1", "已答复"})
NO: Final = frozenset({"", "否", "无", "×", "N", "NO", "FALSE", "0", "未答复"})
SEXES: Final = {"男": Sex.MALE, "女": Sex.FEMALE, "男性": Sex.MALE, "女性": Sex.FEMALE, "未知": Sex.UNKNOWN}
CHANNELS: Final = {
    "来访": Channel.WALK_IN, "上门": Channel.WALK_IN, "现场": Channel.WALK_IN,
    "来电": Channel.PHONE, "电话": Channel.PHONE,
    "网络": Channel.NETWORK, "网上": Channel.NETWORK, "微信": Channel.NETWORK, "小程序": Channel.NETWORK,
    "走访发现": Channel.OUTREACH, "走访": Channel.OUTREACH, "巡查": Channel.OUTREACH,
    "网格员上报": Channel.GRID_REPORT, "网格上报": Channel.GRID_REPORT, "网格员": Channel.GRID_REPORT,
    "志愿者上报": Channel.VOLUNTEER_REPORT, "志愿者": Channel.VOLUNTEER_REPORT,
    "来信": Channel.LETTER, "信件": Channel.LETTER,
}  # fmt: skip
DOCUMENTS: Final = {
    "身份证": DocumentType.CITIZEN, "二代身份证": DocumentType.CITIZEN, "二代证": DocumentType.CITIZEN,
    "港澳居住证": DocumentType.HK_MACAO_RESIDENCE, "台湾居住证": DocumentType.TAIWAN_RESIDENCE,
    "外国人永久居留证": DocumentType.FOREIGN_PERMANENT,
    "港澳通行证": DocumentType.HK_MACAO_TRAVEL, "回乡证": DocumentType.HK_MACAO_TRAVEL,
    "台胞证": DocumentType.TAIWAN_TRAVEL, "中国护照": DocumentType.CHINESE_PASSPORT,
}  # fmt: skip
ANSWERS: Final = {"无": Answer.NONE, "没有": Answer.NONE, "拒绝": Answer.REFUSED, "未带": Answer.NOT_SHOWN}

Value = TypeVar("Value", Channel, Category, Sex, Answer, DocumentType)


@cache
def labels(name: str, values: type[Value]) -> dict[str, Value]:
    """The Chinese words of the catalogue: what the program writes it also reads."""
    words = wording("zh")
    return {words(f"records.{name}_{value.value}"): value for value in values}


@cache
def ethnic_codes() -> dict[str, str]:
    """The codes of GB/T 3304 by their Chinese names."""
    prefix = "records.ethnic_"
    return {text: key.removeprefix(prefix) for key, text in wording("zh").entries.items() if key.startswith(prefix)}
