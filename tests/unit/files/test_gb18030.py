"""GB 18030: every code point there and back, against what glibc and Python's codec say of the same bytes."""

from __future__ import annotations

import codecs
import io
import subprocess
from pathlib import Path

import pytest

from desktop.files.gb18030 import CODEC
from sync.records.ideographs import DOUBLED, MOVED, to_standard

EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
EDITION_2022 = {
    "A6D9": "︐", "A6DA": "︒", "A6DB": "︑", "A6DC": "︓", "A6DD": "︔", "A6DE": "︕", "A6DF": "︖",
    "A6EC": "︗", "A6ED": "︘", "A6F3": "︙",
    "FE59": "龴", "FE61": "龵", "FE66": "龶", "FE67": "龷", "FE6D": "龸", "FE7E": "龹", "FE90": "龺", "FEA0": "龻",
}  # fmt: skip
"""The eighteen double-byte positions that the edition of 2022 moved out of the private use area."""
FOUR_BYTES = (
    *("84318236", "84318238", "84318237", "84318239", "84318330"),
    *("84318331", "84318332", "84318333", "84318334", "84318335"),
    *("82359037", "82359038", "82359039", "82359130", "82359131", "82359132", "82359133", "82359134"),
)
"""Where the editions before it had the same characters."""
SIX = {"FE51": "𠂇", "FE52": "𠂉", "FE53": "𠃌", "FE6C": "𡗗", "FE76": "𢦏", "FE91": "𤇾"}


def test_every_code_point_comes_back_as_itself_or_as_its_standard_character() -> None:
    text = "".join(EVERY)
    assert text.encode(CODEC).decode(CODEC) == to_standard(text)
    changed = [character for character in EVERY if character.encode(CODEC).decode(CODEC) != character]
    assert changed == [chr(code) for code in sorted(MOVED | DOUBLED)]
    assert len(changed) == 25


def test_every_two_byte_position_comes_back_but_where_a_character_has_another_place() -> None:
    places = [bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF))]
    assert len(places) == 23_940
    moved = {place.hex().upper() for place in places if place.decode(CODEC).encode(CODEC) != place}
    assert moved == SIX.keys()


def test_the_edition_of_2022_is_read_and_written() -> None:
    for place, character in EDITION_2022.items():
        assert bytes.fromhex(place).decode(CODEC) == character
        assert character.encode(CODEC).hex().upper() == place
    assert [bytes.fromhex(place).decode(CODEC) for place in FOUR_BYTES] == list(EDITION_2022.values())
    assert "ḿ".encode(CODEC) == bytes.fromhex("A8BC")
    assert {place: bytes.fromhex(place).decode(CODEC) for place in SIX} == SIX
    assert [len(character.encode(CODEC)) for character in SIX.values()] == [4] * 6
    assert "·".encode(CODEC) == bytes.fromhex("A1A4")
    assert "𠀀𮯰𲎯".encode(CODEC) == bytes.fromhex("95328236 9939F836 9B31A337")


def test_glibc_reads_what_is_written_as_the_same_text() -> None:
    """The private use area aside, where glibc has the 24 characters of an edition between; its U+E5E5 is missing."""
    plain = [character for character in EVERY if not "\ue000" <= character <= "\uf8ff"]
    moved = {bytes.fromhex(place).decode("gb18030") for place in FOUR_BYTES}
    text = "\n".join(plain)
    read = subprocess.run(
        ["iconv", "-f", "GB18030", "-t", "UTF-8"], input=text.encode(CODEC), capture_output=True, check=True
    ).stdout.decode("utf-8")
    assert read == text
    back = subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", "GB18030"], input=text.encode(), capture_output=True, check=True
    ).stdout
    assert back.decode(CODEC) == text
    assert moved <= set(plain)


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 1024])
def test_a_block_may_end_within_a_character(block: int) -> None:
    text = "张𠮷与䶮㛃、𬱖︐龻ḿ" * 20
    data = text.encode(CODEC)
    decoder = codecs.getincrementaldecoder(CODEC)()
    read = "".join(decoder.decode(data[at : at + block]) for at in range(0, len(data), block))
    assert read + decoder.decode(b"", final=True) == text


def test_files_are_read_and_written_through_it(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("姓名\r\n龻︐𠂇\r\n", encoding=CODEC, newline="")
    assert path.read_bytes() == "姓名\r\n".encode("gb18030") + bytes.fromhex("FEA0A6D995329031") + b"\r\n"
    with path.open(encoding=CODEC, newline="") as file:
        file.readline()
        place = file.tell()
        assert file.readline() == "龻︐𠂇\r\n"
        file.seek(place)
        assert file.readline() == "龻︐𠂇\r\n"


def test_what_cannot_be_encoded_or_read_is_an_error_unless_asked_otherwise() -> None:
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode(CODEC)
    assert "a\ud800b".encode(CODEC, "replace") == b"a?b"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode(CODEC)
    with pytest.raises(UnicodeDecodeError):
        io.TextIOWrapper(io.BytesIO(b"\x81"), encoding=CODEC).read()
