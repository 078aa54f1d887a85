"""Whether what is written of a matter suggests the duty to report domestic violence (反家庭暴力法 14).

Residents' committees, social work services and their staff report to the police without delay where they find that
somebody without full capacity suffers it, or may. Words and ages only ever propose the question: a person answers it.
Without full capacity are minors (民法典 17, 19, 20) and adults who cannot, or not wholly, recognise what they do
(民法典 21, 22).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from sync.records.visits import Category

FULL_AGE: Final = 18
VIOLENCE: Final = (
    *("家暴", "家庭暴力", "殴打", "毒打", "打骂", "打伤", "挨打", "被打", "虐待", "体罚", "捆绑"),
    *("残害", "遗弃", "性侵", "猥亵", "domestic violence", "beaten", "abuse"),
)
"""家庭暴力法 2 names beating, binding, injuring, confining, and constant abuse; neglect and worse stand beside them."""
LACKING: Final = (
    *("未成年", "儿童", "孩子", "小孩", "女童", "男童", "幼儿", "婴儿", "小学生", "初中生", "高中生"),
    *("智力残疾", "智障", "精神障碍", "精神病", "痴呆", "失智", "植物人", "无民事行为能力", "限制民事行为能力"),
    *("child", "minor", "dementia"),
)
_AGE: Final = re.compile(r"(?<![0-9])([0-9]{1,2})\s*(?:周岁|岁|years old)")


def suggests_duty(category: str, text: str, born: Iterable[date], on: date) -> bool:
    """Return whether somebody should be asked: ``born`` are the days of birth of the parties that are known.

    Of a family, violence or somebody without full capacity is enough, for the other is easily left unsaid; of anything
    else both have to be there.
    """
    folded = text.lower()
    violence = any(word in folded for word in VIOLENCE)
    lacking = any(word in folded for word in LACKING) or _minors(folded) or any(is_minor(day, on) for day in born)
    return (violence or lacking) if category == Category.MARRIAGE_FAMILY else violence and lacking


def is_minor(born_on: date, on: date) -> bool:
    """Whether somebody is not of full age on a day; born on 29 February, the birthday is 1 March in other years."""
    years = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return 0 <= years < FULL_AGE


def _minors(text: str) -> bool:
    return any(int(years) < FULL_AGE for years in _AGE.findall(text))
