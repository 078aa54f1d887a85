"""What comes from outside is bounded before it is expanded."""

from __future__ import annotations

import tracemalloc

import pytest
import zstandard

from sync.protocol import codec
from sync.protocol.messages import Pull, Push
from sync.protocol.version import MAX_BODY_BYTES
from sync.records.errors import Damaged

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


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(Damaged, match=r"protocol\.unreadable_message"):
        codec.unpack(codec.pack(Pull("sto_x", 0, 1)), Push)
