"""Looks for names that Python keeps for what Qt may let go unseen: they make the binding write into freed memory."""

from __future__ import annotations

from collections import Counter

import shiboken6
from PySide6.QtWidgets import QLayout, QLayoutItem

from desktop.ui.pieces.flow import Flow


def items_of_layouts() -> Counter[str]:
    """Count the items of layouts that Python has a name for while Qt owns them, by class.

    A layout's items are no QObjects: Qt tells nobody when it lets one go, and the name for it stays in the binding's
    table. Where a new object comes to lie at the same address, a layout for one, its end finds that old name there,
    takes it for its own, and writes into its own wrapper, which is freed already (PySide6 6.12). Whoever wants to know
    what a layout places asks for the parent's children and for `QLayout.indexOf`. A `Flow` is itself what lets its
    items go, and has forgotten them by then.
    """
    known = [each for each in shiboken6.getAllValidWrappers() if isinstance(each, QLayoutItem)]
    flowing = {id(item) for each in known if isinstance(each, Flow) for item in each._items}
    items = (each for each in known if not isinstance(each, QLayout) and id(each) not in flowing)
    return Counter(type(each).__name__ for each in items if not shiboken6.ownedByPython(each))
