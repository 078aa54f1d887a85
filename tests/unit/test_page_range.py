"""Page ranges as people write them, and as print systems read them."""

from __future__ import annotations

import pytest

from desktop.devices.pages import page_range, pages_of
from sync.records.errors import RuleBroken


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("  ", ""),
        ("2", "2"),
        ("1-3，5", "1-3,5"),
        ("5、1 2", "1-2,5"),
        ("第2至4页", "2-4"),
        ("２～３", "2-3"),
        ("2 - 3", "2-3"),
        ("3,2,1,2", "1-3"),
        ("1-9", ""),
    ],
)
def test_what_people_write_is_read(written: str, read: str) -> None:
    assert page_range(written, 9) == read


@pytest.mark.parametrize("written", ["0", "3-2", "10", "8-12", "第0页"])
def test_a_page_that_there_is_not_is_named(written: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        page_range(written, 9)
    assert broken.value.key == "printing.pages_beyond"


@pytest.mark.parametrize("written", ["all", "1-", "-2", "1.5", "一页"])
def test_what_is_no_page_is_refused(written: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        page_range(written, 9)
    assert broken.value.key == "printing.pages_unreadable"


def test_a_range_names_its_pages() -> None:
    assert pages_of("", 3) == [1, 2, 3]
    assert pages_of("2-3,5", 9) == [2, 3, 5]
    assert pages_of("2-3,5", 2) == [2]
