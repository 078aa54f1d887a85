"""Days on which a desk's records go to the district by a stick: instead of the line, before it and beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sync.rehearsal.desk import Desk
from sync.rehearsal.plan import Manner
from sync.rehearsal.processes import DistrictProcess, ProcessFailed

BUNDLE, ANSWER = "*.qsb", "*.qsr"
REFUSED: Final = 1
"""What the district's verb ends with where it takes nothing of a bundle."""


class Sticks:
    """Carries bundles between desks and ``district``; ``wrong`` names what it took or refused and should not have."""

    def __init__(self, folder: Path, district: DistrictProcess) -> None:
        self._folder, self._district = folder / "sticks", district
        self._folder.mkdir()
        self.wrong: list[str] = []

    def carry(self, desk: Desk, manner: Manner, day: int, at: str, exchange: Callable[[], object]) -> bool:
        """Take a desk's bundle to the district and its answer back; ``exchange`` is what goes over the line meanwhile.

        Returns whether the district took a bundle: False where the desk cannot write one. Gone where the desk's process
        ended.
        """
        stick = self._folder / f"{desk.name}-{day:03d}"
        stick.mkdir()
        if desk.ask("write_bundle", to=str(stick), at=at).get("error"):
            return False
        if manner is Manner.LATE:
            exchange()
        if manner is Manner.DAMAGED:
            self._bring_damaged(desk, stick)
        try:
            for _ in range(2 if manner is Manner.TWICE else 1):
                self._district.verb("bundle", "import", *self._files(stick, BUNDLE))
        except ProcessFailed as failed:
            self.wrong.append(f"a bundle of {desk.name} ({stick.name}, {manner}) was not taken: {failed}")
            return False
        if manner is not Manner.UNREAD:
            for _ in range(2 if manner is Manner.TWICE else 1):
                desk.ask("read_answer", files=self._files(stick, ANSWER), at=at)
        return True

    def _bring_damaged(self, desk: Desk, stick: Path) -> None:
        """A stick that was pulled out too early, and one on which a bit fell over: nothing of either is taken."""
        for name, spoil in (("cut", lambda said: said[: len(said) * 2 // 3]), ("bent", _bent)):
            other = stick.with_name(f"{stick.name}-{name}")
            shutil.copytree(stick, other)
            first = Path(self._files(other, BUNDLE)[0])
            first.write_bytes(spoil(first.read_bytes()))
            try:
                self._district.verb("bundle", "import", *self._files(other, BUNDLE), expect=REFUSED)
            except ProcessFailed as failed:
                self.wrong.append(f"a damaged bundle of {desk.name} was not refused: {failed}")

    @staticmethod
    def _files(stick: Path, pattern: str) -> list[str]:
        return sorted(str(path) for path in stick.glob(pattern))


def _bent(said: bytes) -> bytes:
    at = len(said) // 2
    return said[:at] + bytes([said[at] ^ 0x10]) + said[at + 1 :]
