"""What comes from outside is bounded before it is expanded."""

from __future__ import annotations

import tracemalloc

import pytest
import zstandard

from sync.protocol import codec
from sync.protocol.messages import Hello, Problem, Pull, Pulled, Push
from sync.protocol.version import MAX_BODY_BYTES, MEDIA_TYPE, PLAIN_BYTES, PLAIN_TYPE
from sync.records.errors import Damaged
from sync.records.record import Made
from tests.support.district import AT, sealed, visit

MIB = 1024 * 1024


def zeros(mebibytes: int, *, stated: bool) -> bytes:
    """A small frame that expands to ``mebibytes`` of zeros, with or without saying so in its header."""
    compressor = zstandard.ZstdCompressor().compressobj(size=mebibytes * MIB if stated else -1)
    return b"".join([*(compressor.compress(bytes(MIB)) for _ in range(mebibytes)), compressor.flush()])


@pytest.mark.parametrize("stated", [True, False])
def test_a_frame_that_expands_too_far_is_refused_and_never_expanded(stated: bool) -> None:
    frame = zeros(512, stated=stated)
    tracemalloc.start()
    with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
        codec.unpack(frame, Push)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MAX_BODY_BYTES


@pytest.mark.parametrize(
    "data", [b"", b"\x28\xb5\x2f\xfd", b"x" * 100, zstandard.compress(b""), zstandard.compress(b"\xc1")]
)
def test_noise_is_refused_by_one_error(data: bytes) -> None:
    with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
        codec.unpack(data, Pull)
    for plain in (data, codec.checked(data)):
        with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
            codec.hear(plain, PLAIN_TYPE, Pull)


@pytest.mark.parametrize("plain", [True, False])
def test_a_message_in_which_a_bit_fell_over_is_none(plain: bool) -> None:
    """A cursor that is wrong by one is a number like any other: the records between would never be asked for."""
    message = Pulled([], 70_000, False, steps=[1, 1, 3])
    body, said = codec.word(message, plain=plain)
    for at in range(len(body)):
        for bit in range(8):
            bent = body[:at] + bytes([body[at] ^ 1 << bit]) + body[at + 1 :]
            try:
                assert codec.hear(bent, said, Pulled) == message, "what says nothing may be anything"
            except Damaged:
                continue


def test_a_small_message_goes_as_it_is_to_whom_takes_it_so_and_any_other_compressed() -> None:
    small, large = Pull("sto_x", 0, 1), Problem("x" * (PLAIN_BYTES + 1), {})
    for message, plain, media_type in (
        (small, True, PLAIN_TYPE),
        (small, False, MEDIA_TYPE),
        (large, True, MEDIA_TYPE),
    ):
        body, said = codec.word(message, plain=plain)
        assert said == media_type
        assert codec.hear(body, said, type(message)) == message
        other = MEDIA_TYPE if said == PLAIN_TYPE else PLAIN_TYPE
        with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
            codec.hear(body, other, type(message))


def test_a_plain_message_that_is_too_long_is_refused() -> None:
    with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
        codec.hear(codec.checked(bytes(MAX_BODY_BYTES + 1)), PLAIN_TYPE, Push)


DEEP = 100_000


def test_values_nested_without_end_are_refused_by_the_same_errors() -> None:
    nested = b"\x91" * DEEP + b"\x90"
    unknown_field = b"\x84\xa5store\xa1x\xa6cursor\x00\xa5limit\x01\xa2zz" + nested
    known_field = b"\x82\xa6reason\xa1x\xa6values\x81\xa1a" + nested
    for message, kind in ((unknown_field, Pull), (known_field, Problem)):
        with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
            codec.unpack(zstandard.compress(message), kind)
        with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
            codec.hear(codec.checked(message), PLAIN_TYPE, kind)
    made = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)
    body = sealed(visit(made)).body[:-1] + b',"zz":' + b"[" * DEEP + b"]" * DEEP + b"}"
    for read in (lambda: codec.decode_body("visit", body), lambda: codec.fields_of(body)):
        with pytest.raises(Damaged, match=r"protocol\.unreadable_record"):
            read()


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
        codec.unpack(codec.pack(Pull("sto_x", 0, 1)), Hello)
