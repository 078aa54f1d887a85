"""Who signs where a firm should: a project office or a foreman binds nobody but himself.

A project office (项目部) is no legal person and cannot owe anything (民法典 57, 74); a foreman or team leader who signs
without the firm's authorisation leaves the workers with a paper against one man. Wages on building sites are first paid
by the general contractor (保障农民工工资支付条例 30).
"""

from __future__ import annotations

import re
from typing import Final

OFFICE: Final = re.compile(r"项目(?:经理|管理)?部|项目处|工程部|工程处|指挥部|施工队|班组")
FOREMAN: Final = re.compile(r"包工头|班组长|工头|带班|劳务队长|项目经理|施工员")


def office_signs(name: str) -> bool:
    """Whether the name of an organisation is that of a part of a firm, not of the firm."""
    return bool(OFFICE.search(name))


def foreman_signs(*said: str) -> bool:
    """Whether what is told of a person (name, occupation, scope of a power) calls him a foreman."""
    return any(FOREMAN.search(text) for text in said)
