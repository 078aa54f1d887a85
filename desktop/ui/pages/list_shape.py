"""What makes one list page different from another, as values: its name, columns, story, and the verbs over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from desktop.ui.models.rows import Column
from desktop.ui.stories.story import Story
from sync.records.matter_state import MatterStage
from sync.records.mediations import Outcome
from sync.records.order_stages import OrderStage
from sync.records.papers import PaperKind, PrintResult
from sync.records.visits import Category, Channel, Purpose

if TYPE_CHECKING:
    from desktop.store.store import Reader


@dataclass(frozen=True, slots=True)
class Verb:
    """A thing to do: its name within the page, icon, the kind that it writes, and what a click starts.

    One that is not ``at_hand`` has no button in the head of its page, where few have room: keys and Ctrl+K start it.
    In a record's pane it stands behind "more", for what is done now and then.
    """

    name: str
    picture: str
    start: Callable[[], object]
    writes: str = ""
    kind: str = ""
    keys: str = ""
    at_hand: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """``name`` is the list's name in the store (desktop.store.listing.LISTS) as well as the page's."""

    name: str
    kinds: tuple[str, ...]
    columns: tuple[Column, ...]
    story: Callable[[Reader, str], Story]
    picture: str


CHOICES: Final[dict[str, dict[str, tuple[str, tuple[str, ...]]]]] = {
    "visits": {
        "channels": ("records.channel", tuple(Channel)),
        "categories": ("records.category", tuple(Category)),
        "purposes": ("records.purpose", tuple(Purpose)),
    },
    "matters": {
        "states": ("records.matterstage", tuple(MatterStage)),
        "categories": ("records.category", tuple(Category)),
    },
    "orders": {"states": ("records.orderstage", tuple(OrderStage))},
    "mediations": {"states": ("records.outcome", tuple(Outcome))},
    "persons": {},
    "organisations": {},
    "prints": {
        "states": ("records.printresult", tuple(PrintResult)),
        "categories": ("records.paperkind", tuple(PaperKind)),
    },
}
"""What a list may be narrowed to: the field, where its values are worded, the values."""
DATED: Final = frozenset({"visits", "matters", "orders", "mediations", "prints"})
"""The lists whose rows have a moment, by which they may be narrowed."""
