"""GB 18030 as its edition of 2022 reads it: one codec, ``CODEC``, for every file of the program in that encoding.

Python's own codec follows the edition of 2000. It has 25 characters of the double-byte part in the private use area,
where no font shows them and each machine something else. The editions after it name their standard code points:

=============  ====================================================================  ========================
edition        positions                                                             now
=============  ====================================================================  ========================
2005           A8BC (and four bytes 8135F437)                                        U+1E3F
2022           A6D9 to A6DF, A6EC, A6ED, A6F3 (84318236 to 84318335)                 U+FE10 to U+FE19
2022           FE59 FE61 FE66 FE67 FE6D FE7E FE90 FEA0 (82359037 to 82359134)        U+9FB4 to U+9FBB
2022, advice   FE51 FE52 FE53 FE6C FE76 FE91: six that are in CJK Extension B        U+20087 and five others
=============  ====================================================================  ========================

Sources: the notes on GB 18030-2022 of the Unicode Technical Committee (L2/23-003R), followed by ICU 74 and by the
Encoding Standard of the WHATWG. As they advise, a file is read the same way whichever edition wrote it: the four-byte
places that 2022 gives to the private use area still read as the standard character, which is what stood there before.
Written is what 2022 prescribes for the standard characters (the six of Extension B in four bytes, which every edition
has); the private ones, which this program replaces as it reads, keep the double bytes that they always had.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from sync.records.ideographs import MOVED, to_standard

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CODEC: Final = "gb18030-2022"
"""A name for ``open``, ``str.encode`` and ``bytes.decode``, known once this module is imported."""

_PYTHON: Final = codecs.lookup("gb18030")
_FOR_PYTHON: Final = {standard: private for private, standard in MOVED.items()}
"""What Python's codec is given so that it writes the double bytes that 2022 has for a standard character."""


def _encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
    return _PYTHON.encode(text.translate(_FOR_PYTHON), errors)


def _decode(data: ReadableBuffer, errors: str = "strict") -> tuple[str, int]:
    text, length = _PYTHON.decode(bytes(data), errors)
    return to_standard(text), length


class _Encoder(codecs.IncrementalEncoder):
    def encode(self, text: str, final: bool = False) -> bytes:
        return _encode(text, self.errors)[0]


class _Decoder(codecs.IncrementalDecoder):
    """Keeps the bytes of a character that a block ends within."""

    def __init__(self, errors: str = "strict") -> None:
        super().__init__(errors)
        self._decoder = _PYTHON.incrementaldecoder(errors)

    def decode(self, data: ReadableBuffer, final: bool = False) -> str:
        return to_standard(self._decoder.decode(bytes(data), final))

    def reset(self) -> None:
        self._decoder.reset()

    def getstate(self) -> tuple[bytes, int]:
        return self._decoder.getstate()

    def setstate(self, state: tuple[bytes, int]) -> None:
        self._decoder.setstate(state)


def _known(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != CODEC:
        return None
    return codecs.CodecInfo(_encode, _decode, incrementalencoder=_Encoder, incrementaldecoder=_Decoder, name=CODEC)


codecs.register(_known)
