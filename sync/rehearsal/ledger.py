"""What the desks' people were told is saved: the rehearsal's own book, kept beside every store and every exchange."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that a desk acknowledged."""

    kind: str
    id: str
    hash: str
    desk: str
    unit: str


@dataclass(slots=True)
class Ledger:
    """``saved`` by id, ``acts`` that were done by their names, ``refused`` ones by the reason that was shown."""

    saved: dict[str, Entry] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, outcome: dict[str, Any], desk: str, unit: str) -> None:
        """Note an outcome that a desk told."""
        with self._lock:
            for kind, name, hash_ in outcome.get("saved", ()):
                entry = Entry(kind, name, hash_, desk, unit)
                known = self.saved.setdefault(name, entry)
                if known.hash != hash_:
                    self.changed.append(f"{kind} {name}: told at {known.desk} as {known.hash}, at {desk} as {hash_}")
            if "act" in outcome and outcome.get("refused"):
                self.refused[outcome["refused"]] += 1
            elif "act" in outcome and outcome.get("id"):
                self.acts[outcome["act"]] += 1
