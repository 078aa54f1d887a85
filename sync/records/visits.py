"""A visit: one contact with a resident, whatever the channel, with its purpose and its three times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.records.record import Fact

GROUP_VISIT_FROM = 5
"""集体访: five or more who came in person on the same matter (customary; 信访工作条例 20 caps representatives)."""


class Channel(StrEnum):
    """How it reached the station: 来访、来电、网络、走访发现、网格员上报、志愿者上报、来信; old ledgers may not say."""

    WALK_IN = "walk_in"
    PHONE = "phone"
    NETWORK = "network"
    OUTREACH = "outreach"
    GRID_REPORT = "grid_report"
    VOLUNTEER_REPORT = "volunteer_report"
    LETTER = "letter"
    NOT_STATED = "not_stated"


IN_PERSON = frozenset({Channel.WALK_IN, Channel.OUTREACH})
REPORTED = frozenset({Channel.GRID_REPORT, Channel.VOLUNTEER_REPORT})


class Purpose(StrEnum):
    """Why they came: only ``FIRST`` and ``REPEAT`` count for 初访 and 重复访."""

    FIRST = "first"
    SUPPLEMENT = "supplement"
    PROGRESS = "progress"
    COLLECT = "collect"
    REPEAT = "repeat"
    CONSULTATION = "consultation"


class Category(StrEnum):
    """Dispute types of the national mediation statistics, in their order, and what stations add to them."""

    MARRIAGE_FAMILY = "marriage_family"
    NEIGHBOURS = "neighbours"
    HOUSING_LAND = "housing_land"
    CONTRACT = "contract"
    BUSINESS = "business"
    DAMAGES = "damages"
    FOREST_LAND = "forest_land"
    DEMOLITION = "demolition"
    ENVIRONMENT = "environment"
    LABOUR = "labour"
    CONSUMER = "consumer"
    MEDICAL = "medical"
    TRAFFIC = "traffic"
    PROPERTY_MANAGEMENT = "property_management"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Fact):
    """One contact: ``happened_at`` as told, entered at ``made.at``, received at the district by its receipt.

    ``headcount`` counts all who came, the visitor too. ``category_word`` keeps the clerk's own word where it is
    none of ours. ``late_reason`` says why an entry was made from paper afterwards (补录). ``import_key`` is the
    keyed digest of a ledger row in hex; ``like`` names an earlier visit that this one may repeat, ``blank`` the blank
    form on which it was written first.
    """

    channel: Channel
    purpose: Purpose = Purpose.FIRST
    happened_at: datetime
    number: str = ""
    text: str
    category: Category = Category.OTHER
    category_word: str = ""
    headcount: int = 1
    place: str = ""
    matter: str | None = None
    answered: bool = False
    answer: str = ""
    late_reason: str = ""
    remark: str = ""
    import_key: str = ""
    like: str | None = None
    blank: str | None = None

    @property
    def group(self) -> bool:
        """Whether this is a 集体访: five or more people who came in person."""
        return self.channel is Channel.WALK_IN and self.headcount >= GROUP_VISIT_FROM
