"""A disk whose power may go: what it promises, and what it does not."""

from __future__ import annotations

from random import Random

from tests.support.cut_disk import SECTOR, Disk, Left
from tests.support.cut_moments import moments
from tests.support.disk_trace import Asked, What

NEW = "O_RDWR|O_CREAT|O_CLOEXEC"


def asked(what: What, path: str, place: int, **more: object) -> Asked:
    """A call that began and ended at one moment."""
    return Asked(what, path, place, place, **more)  # type: ignore[arg-type]


def after(
    *done: Asked, left: Left, base: dict[str, bytes | None] | None = None, chance: int = 0
) -> dict[str, bytes | None]:
    """What the disk holds after all that was done."""
    disk = Disk(base or {})
    for one in done:
        disk.do(one)
    return disk.image(left, Random(chance)).files()


def test_content_is_on_the_disk_once_its_file_was_synced_and_its_name_once_its_folder_was() -> None:
    made = [asked(What.OPEN, "a", 1, flags=NEW, descriptor=3), asked(What.WRITE, "a", 2, at=0, data=b"said")]
    assert after(*made, left=Left.NOTHING) == {}
    assert after(*made, left=Left.NAMES) == {"a": b""}
    assert after(*made, left=Left.ALL) == {"a": b"said"}
    content = [*made, asked(What.SYNC, "a", 3)]
    assert after(*content, left=Left.NOTHING) == {}
    assert after(*content, left=Left.NAMES) == {"a": b"said"}
    assert after(*content, asked(What.SYNC, "", 4), left=Left.NOTHING) == {"a": b"said"}


def test_a_sync_is_good_for_what_had_ended_before_it_began() -> None:
    first, second = asked(What.WRITE, "a", 1, at=0, data=b"1"), Asked(What.WRITE, "a", 2, 4, at=1, data=b"2")
    sync = Asked(What.SYNC, "a", 3, 5)
    assert after(first, second, sync, left=Left.NOTHING, base={"a": b""}) == {"a": b"1"}


def test_a_file_that_is_renamed_before_its_content_is_safe_may_be_an_empty_one() -> None:
    done = [
        asked(What.OPEN, "new", 1, flags=NEW, descriptor=3),
        asked(What.WRITE, "new", 2, data=b"new", descriptor=3),
        asked(What.RENAME, "new", 3, to="a"),
    ]
    base = {"a": b"old"}
    assert after(*done, left=Left.NOTHING, base=base) == {"a": b"old"}
    assert after(*done, left=Left.NAMES, base=base) == {"a": b""}
    assert after(*done, left=Left.ALL, base=base) == {"a": b"new"}


def test_what_lies_in_a_folder_without_a_name_is_nowhere() -> None:
    done = [
        asked(What.FOLDER, "in", 1),
        asked(What.OPEN, "in/a", 2, flags=NEW, descriptor=3),
        asked(What.SYNC, "in", 3),
    ]
    assert after(*done, left=Left.NOTHING) == {}
    assert after(*done, asked(What.SYNC, "", 4), left=Left.NOTHING) == {"in": None, "in/a": b""}


def test_names_reach_the_disk_in_their_order_and_a_removed_one_may_come_back() -> None:
    done = [asked(What.REMOVE, "a", 1), asked(What.OPEN, "b", 2, flags=NEW, descriptor=3)]
    seen = {tuple(after(*done, left=Left.SOME, base={"a": b""}, chance=chance)) for chance in range(40)}
    assert seen == {("a",), (), ("b",)}


def test_of_what_waits_whole_sectors_may_be_there() -> None:
    one, two, none = b"1" * SECTOR, b"2" * SECTOR, bytes(SECTOR)
    write, base = asked(What.WRITE, "a", 1, at=0, data=one + two), {"a": none + none}
    some = {after(write, left=Left.SOME, base=base, chance=chance)["a"] for chance in range(80)}
    assert some == {none + none, one + none, none + two, one + two}
    torn = {after(write, left=Left.TORN, base=base, chance=chance)["a"] for chance in range(40)}
    assert torn == {none + none, one + none, one + two}


def test_a_descriptor_stands_where_it_was_left_and_an_appending_one_at_the_end() -> None:
    done = [
        asked(What.OPEN, "a", 1, flags="O_RDWR", descriptor=3),
        asked(What.WRITE, "a", 2, data=b"xy", descriptor=3),
        asked(What.SEEK, "a", 3, at=1, descriptor=3),
        asked(What.WRITE, "a", 4, data=b"z", descriptor=3),
        asked(What.OPEN, "a", 5, flags="O_WRONLY|O_APPEND", descriptor=4),
        asked(What.WRITE, "a", 6, data=b"!", descriptor=4),
        asked(What.RESIZE, "a", 7, at=6),
    ]
    assert after(*done, left=Left.ALL, base={"a": b"1234"}) == {"a": b"xz34!\0"}


def test_of_moments_alike_in_a_row_the_last_is_looked_at() -> None:
    told = asked(What.TELL, "told", 2)
    done = [asked(What.WRITE, "a", 1, at=0, data=b"1"), told, asked(What.SYNC, "a", 3), told]
    looked = [(cut.after, cut.left) for cut in moments({"a": b""}, done, 1)]
    assert [after for after, left in looked if left is Left.NOTHING] == [2, 4]
    assert [after for after, left in looked if left is Left.ALL] == [4]
