"""A ledger's cells read into values, or refused with the column to mend."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop.files.formula_cells import guarded, restored
from desktop.files.ledger_rows import LedgerRow, RowRefused, read_row
from desktop.files.ledgers import COLUMNS, Row
from desktop.files.tables import Line
from sync.records.ideographs import to_standard
from sync.records.persons import Answer, DocumentType, Sex
from sync.records.times import BEIJING
from sync.records.visits import Category, Channel

LEAST = {"登记时间": "2026-09-01 08:18", "诉求内容": "漏水"}


def row(**cells: str) -> Row:
    named = {**dict.fromkeys(COLUMNS, ""), **LEAST, **cells}
    return Row(Line(2, tuple(named.values())), named, overflow=False)


def read(**cells: str) -> LedgerRow:
    return read_row(row(**cells))


def refused(**cells: str) -> tuple[str, str]:
    with pytest.raises(RowRefused) as caught:
        read(**cells)
    return caught.value.column, caught.value.broken.key


def test_time_and_text_are_enough() -> None:
    least = read()
    assert least.happened_at == datetime(2026, 9, 1, 8, 18, tzinfo=BEIJING)
    assert (least.channel, least.headcount, least.category, least.answered) == (
        Channel.NOT_STATED,
        1,
        Category.OTHER,
        False,
    )
    assert not least.somebody
    assert refused(登记时间="") == ("登记时间", "records.date_unreadable")
    assert refused(诉求内容=" \n ") == ("诉求内容", "records.visit_text_missing")


@pytest.mark.parametrize("channel", ["来访", "走访发现"])
def test_those_who_were_there_have_a_name(channel: str) -> None:
    assert refused(渠道=channel) == ("来访人", "records.visit_name_missing")
    assert read(渠道=channel, 来访人="张三").name == "张三"


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("来电", Channel.PHONE),
        ("网络", Channel.NETWORK),
        ("网格员上报", Channel.GRID_REPORT),
        ("志愿者上报", Channel.VOLUNTEER_REPORT),
        ("来信", Channel.LETTER),
    ],
)
def test_the_others_may_have_none(word: str, channel: Channel) -> None:
    assert read(渠道=word).channel is channel


def test_an_unknown_channel_is_refused_and_an_unknown_category_is_kept() -> None:
    assert refused(渠道="托梦") == ("渠道", "imports.channel_unknown")
    kept = read(类别="鬼神")
    assert (kept.category, kept.category_word) == (Category.OTHER, "鬼神")
    assert (read(类别="劳动争议").category, read(类别="劳动争议").category_word) == (Category.LABOUR, "")
    assert read(类别="邻里纠纷").category is Category.NEIGHBOURS


@pytest.mark.parametrize("word", ["很多", "0", "-1", "1.5", "三", "10000"])
def test_a_headcount_that_is_no_count_is_refused(word: str) -> None:
    assert refused(同行人数=word) == ("同行人数", "imports.headcount_no_number")


@pytest.mark.parametrize("word", ["12", "１２", "12人", " 12 ", "12.0"])
def test_a_headcount_is_read_as_clerks_write_it(word: str) -> None:
    assert read(同行人数=word).headcount == 12


def test_a_document_is_read_by_its_type_or_its_shape() -> None:
    document = read(证件类型="居民身份证", 证件号码="11010519491231002x").document
    assert (document.answer, document.type, document.number) == (
        Answer.GIVEN,
        DocumentType.CITIZEN,
        "11010519491231002X",
    )
    assert read(证件号码="H07751055").document.type is DocumentType.HK_MACAO_TRAVEL
    assert refused(证件类型="居民身份证", 证件号码="110105194912310021") == ("证件号码", "records.document_check")
    assert refused(证件类型="居民身份证", 证件号码="4.40311196005310E+17") == ("证件号码", "records.document_shape")
    assert refused(证件号码="???") == ("证件号码", "records.document_type_missing")


def test_answers_in_place_of_a_number_are_answers() -> None:
    assert read(证件类型="未出示").document.answer is Answer.NOT_SHOWN
    assert read(证件类型="拒绝提供").document.answer is Answer.REFUSED
    assert read().document.answer is Answer.NOT_ASKED
    kept = read(证件类型="军官证", 证件号码="军字第0012345号")
    assert (kept.document.type, kept.document_word) == (DocumentType.OTHER, "军官证")


def test_words_for_persons_are_read_or_kept() -> None:
    told = read(性别="女", 民族="土家族", 联系电话="１４０３８５４１１７９")
    assert (told.sex, told.ethnic_group, told.phones) == (Sex.FEMALE, "15", ("14038541179",))
    assert read(民族="汉").ethnic_group == "01"
    assert (read(民族="穿青人").ethnic_group, read(民族="穿青人").ethnic_word) == ("97", "穿青人")
    assert refused(性别="甲") == ("性别", "imports.sex_unknown")
    assert refused(联系电话="很多") == ("联系电话", "records.phone_unreadable")


def test_text_and_remark_are_kept_to_the_letter() -> None:
    text = '=HYPERLINK("http://x","点我")\r\n  第二行 ＡＢ\'; DROP TABLE visits; --'
    told = read(诉求内容=text, 备注="  原样 ", 当场答复="已电话答复")
    assert (told.text, told.remark, told.answered, told.answer) == (text, "  原样 ", True, "已电话答复")
    assert refused(诉求内容="a\0b") == ("诉求内容", "records.text_unshowable")


def test_the_same_row_has_the_same_normal_form_however_it_is_spelled() -> None:
    one = read(登记时间="2026.9.1 8:18", 联系电话="140-4634-0952", 来访人="杜•霞子", 诉求内容="甲\r\n乙", 同行人数="1")
    other = read(登记时间="2026年9月1日8时18分", 联系电话="１４０４６３４０９５２", 来访人="杜·霞子", 诉求内容="甲\n乙")
    assert one.normal_form() == other.normal_form()
    assert one.normal_form() != read(登记时间="2026.9.1 8:19").normal_form()


def test_normal_forms_are_those_of_the_first_version() -> None:
    """Rows that were imported once must be known for ever: this changes only with a migration of identities."""
    told = read(来访人="张三", 联系电话="13812345678", 渠道="来电", 类别="邻里")
    assert (
        told.normal_form().decode()
        == '["1",1788221880,1,1,"张三","","13812345678","","漏水","","","来电","邻里","","","",""]'
    )


LONG = "长" * 501


@pytest.mark.parametrize("column", [c for c in COLUMNS if c not in {"诉求内容", "当场答复", "备注"}])
def test_only_text_answer_and_remark_are_long(column: str) -> None:
    given = {column: LONG} if column != "民族" else {column: LONG, "来访人": "张三"}
    assert refused(**given)[0] == column
    assert read(诉求内容=LONG, 当场答复=LONG, 备注=LONG).answer == LONG


def test_a_document_number_that_cannot_be_shown_is_refused_by_its_character() -> None:
    assert refused(证件类型="军官证", 证件号码="军\x00字") == ("证件号码", "records.text_unshowable")


def test_more_cells_than_columns_are_refused() -> None:
    with pytest.raises(RowRefused) as caught:
        read_row(Row(Line(2, ()), dict(LEAST), overflow=True))
    assert caught.value.broken.key == "imports.row_too_long"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+852", "-1", "@a", "'=1", "''=1", "＝1", "\tx", "普通", "'引号", "", "'", "''"]
)
def test_a_guarded_cell_comes_back_to_the_letter(cell: str) -> None:
    assert restored(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "＝", "\t"))


def test_gb_18030_is_read_as_its_2022_edition() -> None:
    assert to_standard(bytes.fromhex("A8BC").decode("gb18030")) == "\u1e3f"
    assert to_standard(bytes.fromhex("A6D9A6DAA6F3").decode("gb18030")) == "\ufe10\ufe12\ufe19"
    assert to_standard(bytes.fromhex("FE59FEA0FE51").decode("gb18030")) == "\u9fb4\u9fbb\U00020087"
    assert to_standard(bytes.fromhex("A1A4").decode("gb18030")) == "\u00b7"
