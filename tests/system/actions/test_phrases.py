"""Phrases: each person's own, the last used first, within their limits."""

from __future__ import annotations

import pytest

from desktop.actions.phrases import LONGEST, MOST, forget_phrase, keep_phrase, phrases
from sync.records.errors import RuleBroken
from tests.system.actions.conftest import Station


def test_phrases_are_their_owners_alone_and_the_last_used_stands_first(station: Station) -> None:
    for text in ("已告知办理时限。", "请补充材料。", "  已告知办理时限。\n"):
        keep_phrase(station.desk, text)
    assert phrases(station.desk) == ["已告知办理时限。", "请补充材料。"]
    assert phrases(station.secretary) == []
    assert forget_phrase(station.desk, "已告知办理时限。") == phrases(station.desk) == ["请补充材料。"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" \n", "actions.phrase_empty"),
        ("字" * (LONGEST + 1), "records.text_long"),
        ("请\u202e补", "records.text_unshowable"),
    ],
)
def test_what_cannot_be_a_phrase_is_refused(station: Station, text: str, key: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        keep_phrase(station.desk, text)
    assert caught.value.key == key


def test_so_many_phrases_are_kept(station: Station) -> None:
    for at in range(MOST):
        keep_phrase(station.desk, f"第{at}句")
    with pytest.raises(RuleBroken, match="phrase_too_many"):
        keep_phrase(station.desk, "再一句")
    assert len(keep_phrase(station.desk, "第3句")) == MOST
