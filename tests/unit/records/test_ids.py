"""What is an id and what is not."""

from __future__ import annotations

import pytest

from sync.records.ids import new_uuid7, prefix_of


def test_an_id_says_what_it_is_of() -> None:
    assert prefix_of(f"vis_{new_uuid7()}") == "vis"


@pytest.mark.parametrize("added", ["\n", " ", "\x00", "0", "\r\n"])
def test_an_id_with_something_behind_it_is_none(added: str) -> None:
    assert prefix_of(f"sto_{new_uuid7()}{added}") == ""
