"""Where two texts differ, told by their parts; and a decision in the making with its undo."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.models.decision import Decision
from desktop.ui.models.differences import MOST, marked, parts

TEXTS = st.text("甲乙丙 ab12。\n", max_size=40)


@given(TEXTS, TEXTS)
def test_the_parts_of_a_text_are_the_text_and_what_does_not_differ_is_in_both(one: str, other: str) -> None:
    ours, theirs = parts(one, other), parts(other, one)
    assert "".join(part.text for part in ours) == one
    common = "".join(part.text for part in ours if not part.differs)
    assert len(common) <= len(other)
    assert any(part.differs for part in (*ours, *theirs)) == (one != other)


def test_what_differs_is_marked_by_words_and_markup_in_it_is_only_text() -> None:
    told = marked("下午3时<b>到场</b>", "上午3时到场", "#000", "#fff")
    assert "<b>" not in told
    assert "&lt;b&gt;" in told
    assert ">下</span>午3时" in told


def test_long_texts_are_compared_sentence_by_sentence() -> None:
    long = "双方到场。" * MOST
    changed = long + "甲方离席。"
    assert [part.text for part in parts(changed, long) if part.differs] == ["甲方离席。"]


def test_what_is_typed_in_one_go_is_one_step_back() -> None:
    decision = Decision({"note": "原"})
    decision.choose("address", "甲")
    for text in ("甲子", "甲子塘"):
        decision.choose("address", text, typed=True)
    decision.choose("name", "黎")
    assert decision.chosen == {"note": "原", "address": "甲子塘", "name": "黎"}
    assert [decision.undo() for _ in range(4)] == [True, True, True, False]
    assert decision.chosen == {"note": "原"}
    decision.clear()
    assert decision.chosen == {}
    assert decision.undo()
    assert decision.chosen == {"note": "原"}
