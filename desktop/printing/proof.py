"""The code by which a paper proves itself: a COSE_Sign1 (RFC 9052, 4.2) over its number, template and text's digest.

On paper it is a QR code (ISO/IEC 18004) that reads ``QS1:`` and the message in base32 (RFC 4648, 6). Base32 and not
base45: its letters are the code's alphanumeric ones too, a paper's code has the same size either way, and it has no
blank, ``$``, ``%`` or ``:`` that copying, an editor or a scanner's keyboard layout could change. Binary is read by too
many telephones as text of some other encoding. Nothing of it is personal: it holds the number, the kind and a digest.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from desktop.printing.canonical_text import digest
from sync.records.station_keys import KEY_BYTES, key_id

PREFIX: Final = "QS1:"
ALGORITHM, KEY = 1, 4
"""COSE header parameters, both protected: alg EdDSA (RFC 9053, 2.2), kid."""
EDDSA: Final = -8
NUMBER, TEMPLATE, TEXT = 1, 2, 3
"""Keys of the payload, a CBOR map (RFC 8949, 4.2.1)."""
MASK: Final = 3
"""Which of the eight masks (ISO/IEC 18004, 7.8). What is coded is nearly random, so they read alike (measured: 20 of 20
at 150 dots an inch, 19 at 110, the chosen best one 18); to weigh them takes as long as setting the page."""
LONGEST: Final = 1024
"""Characters of a code that are looked at: ours have about 300."""
_LETTERS: Final = re.compile(r"[A-Z2-7]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a code says: the paper's number and template, SHA-256 over its canonical text, and the key that signed."""

    number: str
    template: str
    text: bytes
    key: str


def load() -> None:
    """Import what signs and draws, beside other work: a first print need not wait for it."""
    for name in ("cbor2", "cwt", "segno"):
        import_module(name)


class Stamp:
    """Gives papers their code under a station's ``secret`` (Ed25519, 32 bytes); without one it only notes the text.

    ``text`` is the digest of the last paper's canonical text in hex, ``key`` the key's id or "".
    """

    def __init__(self, secret: bytes = b"") -> None:
        self._secret = secret
        self._signing: Any = None
        self.key = key_id(public_of(secret)) if secret else ""
        self.text = ""

    def code(self, number: str, template: str, text: str) -> str:
        """Return the code of a paper with this canonical text; the same paper has the same code (RFC 8032)."""
        hashed = digest(text)
        self.text = hashed.hex()
        if not self._secret:
            return ""
        self._signing = self._signing or signing_key(self._secret)
        return sign(self._signing, Statement(number, template, hashed, self.key))


def public_of(secret: bytes) -> bytes:
    """Return the 32 bytes of the public key that belongs to an Ed25519 secret."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def sign(key: Any, said: Statement) -> str:
    """Return the text of the code that says so, signed with a `signing_key`."""
    import cbor2
    from cwt import COSE

    payload = cbor2.dumps({NUMBER: said.number, TEMPLATE: said.template, TEXT: said.text}, canonical=True)
    head = {ALGORITHM: EDDSA, KEY: bytes.fromhex(said.key)}
    message = COSE.new().encode(payload, key, protected=head)
    return PREFIX + base64.b32encode(bytes(message)).decode().rstrip("=")


def signing_key(secret: bytes) -> Any:
    """Return the library's key for an Ed25519 secret of 32 bytes (COSE_Key, RFC 9053, 7.2)."""
    from cwt import COSEKey

    public = public_of(secret)
    named = {1: 1, 2: bytes.fromhex(key_id(public)), 3: EDDSA, 4: [1], -1: 6, -2: public, -4: secret}
    return COSEKey.new(named)


def opened(code: str, keys: Mapping[str, bytes]) -> tuple[Statement, bool] | None:
    """Return what a code says, and whether one of ``keys`` (public keys by id) has signed it; None where it is none.

    A code that no key here can check says what it says all the same: with False.
    """
    message = _message(code)
    said = _said(message) if message else None
    if said is None:
        return None
    public = keys.get(said.key)
    return said, public is not None and _is_signed(message, said.key, public)


def _message(code: str) -> bytes:
    letters = code.removeprefix(PREFIX)
    if not code.startswith(PREFIX) or len(code) > LONGEST or not _LETTERS.fullmatch(letters):
        return b""
    try:
        message = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        return b""
    # Another spelling of the same bytes is not the code that was printed.
    return message if base64.b32encode(message).decode().rstrip("=") == letters else b""


def _said(message: bytes) -> Statement | None:
    """Return what an unchecked message says, where it has our shape and no other."""
    import cbor2

    try:
        tagged = cbor2.loads(message)
        if cbor2.dumps(tagged) != message or tagged.tag != 18:
            return None
        protected, unprotected, payload, signature = tagged.value
        head, said = cbor2.loads(protected), cbor2.loads(payload)
        shaped = dict(unprotected) == {} and set(head) == {ALGORITHM, KEY} and set(said) == {NUMBER, TEMPLATE, TEXT}
        if not shaped or head[ALGORITHM] != EDDSA or len(signature) != 64:
            return None
        found = Statement(said[NUMBER], said[TEMPLATE], said[TEXT], head[KEY].hex())
        typed = [type(part) for part in (said[NUMBER], said[TEMPLATE], said[TEXT], head[KEY])]
        return found if typed == [str, str, bytes, bytes] and len(found.text) == 32 and len(found.key) == 16 else None
    except (cbor2.CBORError, AttributeError, TypeError, ValueError, KeyError, RecursionError, OverflowError):
        return None


def _is_signed(message: bytes, key: str, public: bytes) -> bool:
    from cwt import COSE, COSEKey, CWTError

    if len(public) != KEY_BYTES:
        return False
    named = COSEKey.new({1: 1, 2: bytes.fromhex(key), 3: EDDSA, 4: [2], -1: 6, -2: public})
    try:
        COSE.new().decode(message, named)
    except (CWTError, ValueError, TypeError):
        return False
    return True


def modules(code: str) -> list[list[int]]:
    """Return the QR code of ``code`` (level M, no quiet zone) as rows of 1 for dark and 0 for light."""
    import segno

    made = segno.make(code, error="m", boost_error=False, micro=False, mask=MASK)
    return [list(row) for row in made.matrix]


def codes_in(text: str) -> Iterator[str]:
    """Yield the codes that stand in a text, each once; one may be broken into lines or typed in small letters."""
    seen: set[str] = set()
    for found in re.finditer(re.escape(PREFIX), text, re.IGNORECASE):
        letters, whole = "", ""
        for line in text[found.end() : found.end() + 2 * LONGEST].splitlines():
            part = "".join(line.split()).upper()
            if not _LETTERS.fullmatch(part):
                break
            letters += part
            if _said(_message(PREFIX + letters)) is not None:
                whole = PREFIX + letters
        if (code := whole or PREFIX + letters) not in seen and letters:
            seen.add(code)
            yield code


def without_code(text: str, code: str) -> str:
    """Return a text without the lines of the ``code`` that `codes_in` found in it, in one or in several.

    A line of other letters stays, also where it looks like some: a credit code (GB 32100) is a line of 18.
    """
    left, rest = [], ""
    for line in text.splitlines(keepends=True):
        letters = "".join(line.split()).upper()
        if letters.startswith(PREFIX):
            rest, letters = code.removeprefix(PREFIX), letters.removeprefix(PREFIX)
        elif not (letters and rest.startswith(letters)):
            rest = ""
            left.append(line)
        rest = rest.removeprefix(letters)
    return "".join(left)
