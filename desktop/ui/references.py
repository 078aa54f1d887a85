"""Keeps None, True and False alive under a Qt binding that gives their references away."""

from __future__ import annotations

import ctypes
import sys

PLENTY = 1 << 40


def keep_constants() -> None:
    """Give None, True and False so many references that a process cannot lose them all.

    PySide6 6.12.0 answers each ``Signal.emit`` with a True that it does not own, and each call that gives nothing
    back (``update``, ``drawText``, ``QModelIndex.data`` of a role that is not there) with such a None: one reference
    less for each call (measured); a list that is drawn loses some hundreds each time. Since Python 3.12 (PEP 683) such
    constants are immortal; before, a window aborts after some 6,000 signals ("deallocating True or False") or some
    hundred thousand calls ("deallocating None"). A reference count lies at the head of every object of CPython; more
    references than there are only mean that these are never deallocated, which is what they are meant to be.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for constant in (None, True, False, NotImplemented, Ellipsis):
        if sys.getrefcount(constant) < PLENTY:
            ctypes.c_ssize_t.from_address(id(constant)).value += PLENTY
