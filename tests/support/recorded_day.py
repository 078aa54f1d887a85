"""A recorded day whose power may be cut at any moment: its folder is put back as it was then, at its own place.

At its own place, for a store that lies elsewhere is a copy and takes a new id.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Self

from tests.support.after_cut import (
    DISTRICT,
    HOME,
    Answered,
    Books,
    answered_at,
    at_the_district,
    at_the_station,
    of_a_restore,
)
from tests.support.cut_disk import Disk, Left
from tests.support.cut_moments import Cut, content_of, images, moments, put
from tests.support.disk_trace import Asked, What, record
from tests.support.exchange_after_cut import Exchange, after

SECONDS = 300.0
Base = Mapping[str, bytes | None]


@dataclass
class RecordedDay:
    """What was asked of the disk of ``folder``, which held ``base`` before and ``end`` after it.

    ``told`` is what had been said before.
    """

    folder: Path
    base: Base
    asked: list[Asked]
    end: Base
    told: bytes = b""
    seed: int = 1
    books: Books = field(init=False)
    _syncs: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.books = Books(self.asked, self.told)
        log = (HOME / "store.db-wal").as_posix()
        self._syncs = [n for n, one in enumerate(self.asked, 1) if one.what is What.SYNC and one.path == log]

    @classmethod
    def of(cls, folder: Path, base: Base, part: str, turns: int, fault: str = "", told: bytes = b"") -> Self:
        """Let ``part`` of a day (cut_day.py) be played in ``folder``, from ``base`` on.

        AssertionError where the recording, played back whole, does not come to what lies in the folder.
        """
        put(folder, base)
        command = [sys.executable, "-m", "tests.support.cut_day", str(folder), part, str(turns)]
        asked = record(
            [*command, *([fault] if fault else [])], folder, folder.with_suffix(".trace"), os.environ, SECONDS
        )
        end = content_of(folder)
        disk = Disk(base)
        for one in asked:
            disk.do(one)
        assert disk.image(Left.ALL, Random(0)).files() == end, "something reached the disk unseen"
        return cls(folder, base, asked, end, told)

    def cut_at(self, cut: Cut, part: str) -> RecordedDay:
        """Let ``part`` be played on what ``cut`` left; what waited for nobody is on the disk by then."""
        left = next(image.files() for _, image in images(self.base, self.asked, self.seed, {cut}))
        return RecordedDay.of(self.folder, left, part, 1, told=self.all_told(cut.after))

    def all_told(self, up_to: int | None = None) -> bytes:
        """Everything that was told, also before."""
        return self.told + b"".join(one.data for one in self.asked[:up_to] if one.what is What.TELL)

    def moments(self) -> list[Cut]:
        """Every moment at which a cut leaves something else than at the one before."""
        return moments(self.base, self.asked, self.seed)

    def some(self, count: int, *, since: int = 0) -> set[Cut]:
        """A choice of ``count`` moments after the call ``since``, half of them without anything that waited."""
        chance = Random(self.seed)
        bare: list[Cut] = []
        others: list[Cut] = []
        for cut in self.moments():
            if cut.after > since:
                (bare if cut.left in (Left.NOTHING, Left.NAMES) else others).append(cut)
        few = chance.sample(bare, min(count // 2, len(bare)))
        return {*few, *chance.sample(others, min(count - len(few), len(others)))}

    @property
    def enrolled(self) -> int:
        """The call after which the desk is enrolled."""
        return next(n for n, one in enumerate(self.asked, 1) if self.books.at(n).enrolled)

    def losses(self, wanted: Collection[Cut]) -> Iterator[str]:
        """Cut the power of the whole house, look at both ends, and say what is not as people were told."""
        answered: dict[int, Answered] = {}
        for cut, image in images(self.base, self.asked, self.seed, wanted):
            book = self.books.at(cut.after)
            committed = self._last_commit(cut.after)
            if "serves" in book.district and book.enrolled and committed not in answered:
                put(self.folder, image.seen())  # what the desk had settled, it had from an answer
                answered[committed] = answered_at(self.folder)
            put(self.folder, image.files())
            for line in (
                *at_the_station(self.folder, book, shared=cut.left not in (Left.NOTHING, Left.NAMES)),
                *at_the_district(self.folder, book, answered.get(committed, Answered())),
            ):
                yield f"{line} (power cut {cut}: {self._what(cut)})"

    def after_restore(self, count: int) -> Iterator[str]:
        """Cut the power while a backup takes the place of a spoiled store, and have it restored again."""
        spoiled = next(n for n in range(len(self.asked)) if self.books.at(n).spoiled)
        for cut, image in images(self.base, self.asked, self.seed, self.some(count, since=spoiled)):
            put(self.folder, image.files())
            for line in of_a_restore(self.folder, self.books.at(cut.after)):
                yield f"{line} (power cut {cut}: {self._what(cut)})"

    def after_exchange(self, wanted: Collection[Cut], exchange: Exchange) -> Iterator[str]:
        """Cut the power of both ends or of one, by turns, and have them exchange."""
        for turn, (cut, image) in enumerate(images(self.base, self.asked, self.seed, wanted)):
            went_on = ("", HOME.name, DISTRICT.name)[turn % 3]
            mixed = {
                path: content
                for there, content_of_it in ((True, image.seen()), (False, image.files()))
                for path, content in content_of_it.items()
                if (path.split("/")[0] == went_on) is there
            }
            put(self.folder, mixed)
            for line in after(self.folder, self.books.at(cut.after), exchange):
                yield f"{line} (power cut {cut}: {self._what(cut)}; {went_on or 'nobody'} went on)"

    def _last_commit(self, up_to: int) -> int:
        """How often the desk's log had been brought to the disk by then."""
        return bisect_right(self._syncs, up_to)

    def _what(self, cut: Cut) -> str:
        one = self.asked[cut.after - 1]
        return f"{one.what.name.lower()} of {one.path}"
