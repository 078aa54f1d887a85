"""Document numbers by type, their checks, and what follows from them."""

from __future__ import annotations

from datetime import date

import pytest

from sync.records.documents import Derived, check_credit_code, check_document, derive, guess_type
from sync.records.errors import RuleBroken
from sync.records.names import mask_number
from sync.records.persons import Answer, Document, DocumentType, Sex


def given(number: str, kind: DocumentType | None = DocumentType.CITIZEN, doubt: str = "") -> Document:
    return Document(answer=Answer.GIVEN, type=kind, number=number, doubt=doubt)


def refusal(document: Document) -> str:
    with pytest.raises(RuleBroken) as caught:
        check_document(document)
    assert caught.value.field == "document"
    return caught.value.key


def test_a_lower_case_x_and_full_width_digits_become_the_stored_form() -> None:
    assert check_document(given(" 11010519491231002x ")).number == "11010519491231002X"
    assert check_document(given("１１０１０５ 19491231 002Ｘ")).number == "11010519491231002X"


def test_sex_and_birth_follow_from_the_number() -> None:
    assert derive(check_document(given("11010519491231002X"))) == Derived(Sex.FEMALE, date(1949, 12, 31))
    assert derive(check_document(given("440303850705123"))) == Derived(Sex.MALE, date(1985, 7, 5))


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("110105194912310021", "records.document_check"),
        ("11010519490231002X", "records.document_date"),
        ("1101051949123100", "records.document_shape"),
        ("1101051949123100٢X", "records.document_shape"),
        ("440303859905123", "records.document_date"),
        ("", "records.document_number_missing"),
    ],
)
def test_a_citizen_number_that_cannot_be_is_refused_with_its_own_sentence(number: str, key: str) -> None:
    assert refusal(given(number)) == key


def test_a_doubtful_number_is_kept_with_its_reason_and_says_nothing_about_its_holder() -> None:
    kept = check_document(given("110105194912310021", doubt="本人坚称无误"))
    assert (kept.number, kept.doubt) == ("110105194912310021", "本人坚称无误")
    assert derive(kept) == Derived()


@pytest.mark.parametrize("answer", [a for a in Answer if a is not Answer.GIVEN])
def test_every_other_answer_is_valid_without_a_number(answer: Answer) -> None:
    document = check_document(Document(answer=answer, type=DocumentType.CITIZEN, number="123", doubt="x"))
    assert (document.answer, document.number, document.doubt) == (answer, "", "")


@pytest.mark.parametrize("prefix", ["440301", "440306", "000000", "999999"[:1] + "12345", "659001"])
def test_no_number_is_refused_for_its_address_prefix(prefix: str) -> None:
    from sync.records.documents import check_character

    body = prefix + "19900101" + "001"
    check_document(given(body + check_character(body)))


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("810000", DocumentType.HK_MACAO_RESIDENCE),
        ("820000", DocumentType.HK_MACAO_RESIDENCE),
        ("830000", DocumentType.TAIWAN_RESIDENCE),
        ("911840", DocumentType.FOREIGN_PERMANENT),
    ],
)
def test_permits_typed_as_identity_cards_get_their_true_type(prefix: str, kind: DocumentType) -> None:
    from sync.records.documents import check_character

    body = prefix + "19851207" + "002"
    document = check_document(given(body + check_character(body)))
    assert document.type is kind
    assert derive(document) == Derived(Sex.FEMALE, date(1985, 12, 7))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentType.FOREIGN_PERMANENT, "usa110085120712"),
        (DocumentType.HK_MACAO_TRAVEL, "H07751055"),
        (DocumentType.HK_MACAO_TRAVEL, "m1234567801"),
        (DocumentType.HK_MACAO_TRAVEL, "HA1234567"),
        (DocumentType.TAIWAN_TRAVEL, "12345678"),
        (DocumentType.TAIWAN_TRAVEL, "1234567890"),
        (DocumentType.CHINESE_PASSPORT, "G12345678"),
        (DocumentType.CHINESE_PASSPORT, "P1234567"),
        (DocumentType.TAIWAN_TRAVEL, "1234567890（B）"),
        (DocumentType.CHINESE_PASSPORT, "E12345678"),
        (DocumentType.CHINESE_PASSPORT, "ea1234567"),
        (DocumentType.FOREIGN_PASSPORT, "EK8852676"),
        (DocumentType.OTHER, "军字第0012345号"),
    ],
)
def test_other_documents_are_checked_by_shape_alone(kind: DocumentType, number: str) -> None:
    document = check_document(given(number, kind))
    assert document.type is kind
    assert refusal(given("?" * 41, kind)) == "records.document_shape"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentType.FOREIGN_PERMANENT, "USA11008512071"),
        (DocumentType.FOREIGN_PERMANENT, "US1110085120712"),
        (DocumentType.FOREIGN_PERMANENT, "11010519491231002X"),
        (DocumentType.HK_MACAO_TRAVEL, "C07751055"),
        (DocumentType.HK_MACAO_TRAVEL, "H0775105"),
        (DocumentType.HK_MACAO_TRAVEL, "H077510550"),
        (DocumentType.TAIWAN_TRAVEL, "1234567"),
        (DocumentType.TAIWAN_TRAVEL, "123456789"),
        (DocumentType.TAIWAN_TRAVEL, "1234567890(B"),
        (DocumentType.CHINESE_PASSPORT, "E1234567"),
        (DocumentType.CHINESE_PASSPORT, "G1234567"),
        (DocumentType.CHINESE_PASSPORT, "GA1234567"),
        (DocumentType.CHINESE_PASSPORT, "E123456789"),
        (DocumentType.FOREIGN_PASSPORT, "AB12"),
        (DocumentType.FOREIGN_PASSPORT, "A" * 21),
        (DocumentType.FOREIGN_PASSPORT, "АВ885267"),
        (DocumentType.HK_MACAO_RESIDENCE, "81000019851207"),
        (DocumentType.OTHER, "X" * 41),
    ],
)
def test_a_slip_in_the_shape_of_other_documents_is_seen(kind: DocumentType, number: str) -> None:
    assert refusal(given(number, kind)) == "records.document_shape"
    assert check_document(given(number, kind, doubt="证件如此")).number == number


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (DocumentType.HK_MACAO_RESIDENCE, "810000"),
        (DocumentType.TAIWAN_RESIDENCE, "830000"),
        (DocumentType.FOREIGN_PERMANENT, "911840"),
    ],
)
def test_permits_carry_the_check_of_identity_cards(kind: DocumentType, prefix: str) -> None:
    from sync.records.documents import check_character

    body = prefix + "19851207" + "002"
    right = check_character(body)
    assert check_document(given(body + right, kind)).type is kind
    assert refusal(given(body + ("1" if right != "1" else "2"), kind)) == "records.document_check"
    assert refusal(given(prefix + "19851307" + "0021", kind)) == "records.document_date"


def test_a_number_without_a_type_is_recognised_or_asked_about() -> None:
    assert check_document(given("11010519491231002X", None)).type is DocumentType.CITIZEN
    assert refusal(given("AB12", None)) == "records.document_type_missing"
    assert guess_type("H07751055") is DocumentType.HK_MACAO_TRAVEL


def test_a_credit_code_is_checked_by_mod_31_3() -> None:
    assert check_credit_code(" 91350100m000100y43") == "91350100M000100Y43"
    assert check_credit_code("") == ""
    for wrong, key in (("91350100M000100Y44", "credit_code_check"), ("91350100O000100Y43", "credit_code_shape")):
        with pytest.raises(RuleBroken, match=key):
            check_credit_code(wrong)
        assert check_credit_code(wrong, doubt="执照如此") == wrong


def test_masks_show_the_first_six_and_the_last_four() -> None:
    assert mask_number("44031119900101001X") == "440311********001X"
    assert mask_number("H07751055") == "H0*****55"
    assert mask_number("") == ""
