"""Lines of Chinese text: what may stand at their ends, what stays whole, how they are spread."""

from __future__ import annotations

import pytest

from desktop.printing.fonts import installed
from desktop.printing.lines import NOT_AT_END, NOT_AT_START, WIDEST_GAP, Align, Line, Span, Style, break_lines

SIZE = 10.0


def texts(lines: list[Line]) -> list[str]:
    return ["".join(shape.cluster for run in line.runs for shape in run.shapes) for line in lines]


def broken(text: str, ems: float, **style: object) -> list[str]:
    return texts(break_lines(installed(), text, Style(SIZE, 14, **style), ems * SIZE))  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", ["。", "，", "、", "）", "》", "”", "！", "？", "；", "：", "…", "·"])
def test_no_line_begins_with_a_closing_mark(mark: str) -> None:
    for before in range(1, 12):
        for line in broken("字" * before + mark + "字" * 8, 6):
            assert not line.startswith(mark)


@pytest.mark.parametrize("mark", ["（", "《", "“", "〔"])
def test_no_line_ends_with_an_opening_mark(mark: str) -> None:
    for before in range(1, 12):
        for line in broken("字" * before + mark + "字" * 8, 6):
            assert not line.endswith(mark)


def test_a_full_stop_may_hang_with_its_blank_half_over_the_edge() -> None:
    assert broken("一二三四五。七八", 5.5) == ["一二三四五。", "七八"]
    assert broken("一二三四五。七八", 5.4) == ["一二三四", "五。七八"]


def test_dashes_and_dots_that_come_in_pairs_stay_together() -> None:
    assert broken("一二三四——五", 5) == ["一二三", "四——五"]
    assert broken("一二三四……五", 5) == ["一二三", "四……五"]


def test_words_and_numbers_stay_whole() -> None:
    assert broken("工资Nguyen三", 5) == ["工资", "Nguyen三"]
    assert broken("共计31,000.00元整", 7) == ["共计", "31,000.00元整"]
    assert broken("编号第12号", 4) == ["编号", "第12号"]


def test_a_word_wider_than_the_line_falls_apart_instead_of_running_out() -> None:
    lines = break_lines(installed(), "x" * 60, Style(SIZE, 14), 50)
    assert "".join(texts(lines)) == "x" * 60
    assert all(line.width <= 50.01 for line in lines)


def test_a_line_never_runs_over_the_edge_by_more_than_the_blank_half_of_a_mark() -> None:
    text = (
        "经调解，双方（当事人）自愿达成如下协议：《协议》第12条，金额31,000.00元；逾期未付的，按Nguyễn先生的约定办理。"
        * 3
    )
    for ems in (6, 7.3, 11, 20):
        for line in break_lines(installed(), text, Style(SIZE, 14), ems * SIZE):
            assert line.width <= (ems + 0.5) * SIZE + 0.01


def test_breaking_loses_and_adds_nothing_but_spaces_at_line_ends() -> None:
    text = "Nguyễn Thị Minh Khai 与买买提·艾合买提、䶮㛃等六人，于2026年11月24日到站。" * 3
    assert "".join(broken(text, 9)).replace(" ", "") == text.replace(" ", "")


def test_spaces_at_a_line_end_are_not_carried_to_the_next_line() -> None:
    assert broken("abcd efgh", 2.6) == ["abcd", "efgh"]


def test_each_line_feed_opens_an_indented_paragraph() -> None:
    lines = break_lines(installed(), "一二三\n四五六", Style(SIZE, 14, indent=2), 100)
    assert [line.x for line in lines] == [20, 20]
    assert broken("一\n\n二", 5) == ["一", "", "二"]


def test_alignment_places_a_line_between_its_edges() -> None:
    for align, x in ((Align.LEFT, 0), (Align.CENTRE, 35), (Align.RIGHT, 70)):
        (line,) = break_lines(installed(), "三个字", Style(SIZE, 14, align=align), 100)
        assert line.x == pytest.approx(x)
    (line,) = break_lines(installed(), "三个字", Style(SIZE, 14, align=Align.RIGHT, inset=4), 100)
    assert line.x == pytest.approx(30)


def test_justified_lines_end_at_the_edge_and_the_last_stays_natural() -> None:
    text = "申请人在被申请人承包的工程中从事水电安装工作双方口头约定每日工资人民币三百五十元整共计出勤"
    lines = break_lines(installed(), text, Style(SIZE, 14, align=Align.JUSTIFIED), 203)
    assert all(line.width == pytest.approx(203) for line in lines[:-1])
    assert lines[-1].width < 203


def test_a_line_is_rather_left_short_than_torn_apart() -> None:
    text = "工资31,000,000,000.00元"
    for line in break_lines(installed(), text, Style(SIZE, 14, align=Align.JUSTIFIED), 105):
        assert all(run.gap <= WIDEST_GAP * SIZE for run in line.runs)


def test_justifying_does_not_open_words_and_numbers() -> None:
    text = "甲方应当于ABCDEF之日起七日内向乙方支付人民币31000元整并出具收据一份交调解委员会存档备查"
    for line in break_lines(installed(), text, Style(SIZE, 14, align=Align.JUSTIFIED), 203)[:-1]:
        for run in line.runs:
            latin = [shape.cluster for shape in run.shapes if shape.cluster.isascii()]
            assert run.gap == 0 or len(latin) <= 1


def test_blank_halves_of_marks_that_meet_do_not_add_up() -> None:
    (line,) = break_lines(installed(), "（大写：叁万元整）；", Style(SIZE, 14), 200)
    assert line.width == pytest.approx(9.5 * SIZE)


def test_bold_and_plain_text_stand_in_one_paragraph() -> None:
    (line,) = break_lines(installed(), [Span("一、事项：", True), Span("工资", False)], Style(SIZE, 14), 200)
    faces = [shape.face.weight for run in line.runs for shape in run.shapes]
    assert faces == ["bold"] * 5 + ["regular"] * 2


def test_the_marks_that_may_not_begin_a_line_may_end_it() -> None:
    assert {"·"} == NOT_AT_START & NOT_AT_END
