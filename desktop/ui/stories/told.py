"""Who was told of a step of an order's ladder: what the rule asks for, and what the district really said to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast

from desktop.store.reader import Reader
from resources import Wording
from sync.records.notices import Notice, NoticeState, Told, told_by_unit
from sync.records.order_steps import OrderStep, OrderStepKind

_FURTHEST_FIRST: Final = (
    *(NoticeState.READ, NoticeState.UNREAD, NoticeState.DELIVERED),
    *(NoticeState.SENT, NoticeState.FAILED),
)


def told_of_steps(
    words: Wording, reader: Reader, steps: Iterable[OrderStep], places: Mapping[str, str]
) -> dict[str, str]:
    """Return for each escalation, by its id, in a sentence: which units were told and how far that came.

    Where the district has said nothing of it yet, that is what is said: the rule alone tells nobody.
    """
    asked = {step.id: step for step in steps if step.kind is OrderStepKind.ESCALATED and step.told}
    said = reader.linked_to(set(asked), "notice.about") if asked else {}
    return {
        of: _sentence(words, step, told_by_unit(cast("list[Notice]", said.get(of, []))), places)
        for of, step in asked.items()
    }


def _sentence(words: Wording, step: OrderStep, told: Mapping[str, Told], places: Mapping[str, str]) -> str:
    comma = words("window.list_comma")
    named = comma.join(words(f"records.addressee_{one}") for one in step.told.split())
    if not told:
        return words("window.escalation_untold", names=named)
    units = (
        words("window.escalation_unit", unit=places.get(unit, unit), state=words(f"records.noticestate_{_state(of)}"))
        for unit, of in sorted(told.items(), key=lambda one: places.get(one[0], ""))
    )
    return words("window.escalation_told", names=named, units=comma.join(units))


def _state(told: Told) -> str:
    return next((state.value for state in _FURTHEST_FIRST if getattr(told, state.value)), NoticeState.FAILED.value)
