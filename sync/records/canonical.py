"""A record's canonical bytes and its hash.

Canonical bytes are JSON (RFC 8259) in UTF-8, object keys sorted by code point, no white space, characters not
escaped beyond what JSON demands. A field whose default is None, empty or False is left out where it has that
value, so that a field appended later does not change the bytes of records that do not use it; a field without a
default is always there, so that what is written can be read. They are made once, by the writer, and then kept and
passed on as they are: nobody encodes a foreign record again, so fields that this program does not know survive.

``hash = SHA-256("qianshao/1" NUL kind NUL id NUL salt body)`` with a salt of 16 random bytes that is kept beside
the body. Erasing a record destroys body and salt and keeps the hash: chains and receipts still verify, and
nobody can try out what the record may have said.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, Final, NamedTuple

from sync.records.randomness import RANDOM_BYTES, random_bytes
from sync.records.record import Made

SALT_BYTES: Final = RANDOM_BYTES
_AS_THEY_ARE: Final = frozenset({type(None), bool, int, str})
_string: Final = json.encoder.encode_basestring
_encoded: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_fields: dict[type, _Fields] = {}
_ways: dict[type, Callable[[Any], Any]] = {}
_last_made: list[tuple[Made | None, str]] = [(None, "")]


class _Fields(NamedTuple):
    """The fields of a dataclass in the order of their names, which is that of the bytes.

    ``values`` gives what a record says in them, ``defaults`` the very defaults that are not written. Each of ``plain``
    has a field's name and its default in JSON types, each of ``spelled`` how the field's text begins and its default's
    text; where a default is written too, a mark that equals nothing.
    """

    values: Callable[[Any], tuple[Any, ...]]
    defaults: tuple[Any, ...]
    plain: tuple[tuple[str, Any], ...]
    spelled: tuple[tuple[str, Any], ...]


def plain(value: Any) -> Any:
    """Return ``value`` as JSON types: dataclasses to dicts, tuples to lists, times to ISO 8601 text."""
    kind = type(value)
    return value if kind in _AS_THEY_ARE else (_ways.get(kind) or _way(kind))(value)


def _way(kind: type) -> Callable[[Any], Any]:
    """Return how values of ``kind`` become JSON types: found once for each."""
    if issubclass(kind, Enum):
        way: Callable[[Any], Any] = attrgetter("value")
    elif issubclass(kind, int):
        way = _itself
    elif issubclass(kind, date):  # a moment is one too
        way = kind.isoformat
    elif issubclass(kind, Mapping):
        way = _plain_mapping
    elif issubclass(kind, (tuple, list)):
        way = _plain_list
    elif dataclasses.is_dataclass(kind):
        way = _plain_fields
    else:
        raise TypeError(f"{kind.__name__} has no canonical form")
    return _ways.setdefault(kind, way)


def _itself(value: Any) -> Any:
    return value


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(k): plain(v) for k, v in value.items()}


def _plain_list(value: tuple[Any, ...] | list[Any]) -> list[Any]:
    return [plain(v) for v in value]


def _plain_fields(value: Any) -> dict[str, Any]:
    fields = _fields.get(type(value)) or _fields_of(type(value))
    found = {}
    for item, (name, left_out) in zip(fields.values(value), fields.plain, strict=True):
        item = plain(item)
        # By type too: 0 equals False, and False is an answer where the default is None.
        if item != left_out or type(item) is not type(left_out):
            found[name] = item
    return found


def _text(value: Any) -> str:
    """Return the canonical text of a value, without making dictionaries of it that are then sorted."""
    kind = type(value)
    return (_texts.get(kind) or _text_way(kind))(value)


def _text_way(kind: type) -> Callable[[Any], str]:
    """Return how values of ``kind`` are spelled: found once for each."""
    if issubclass(kind, StrEnum):
        way = _string  # it is the text that it stands for
    elif issubclass(kind, Enum) or not dataclasses.is_dataclass(kind):
        way = _text_by_plain
    else:
        way = _spelled
    return _texts.setdefault(kind, way)


def _text_by_plain(value: Any) -> str:
    return _encoded(plain(value))


def _spelled(value: Any) -> str:
    """Return the text of a dataclass, field by field."""
    fields = _fields.get(type(value)) or _fields_of(type(value))
    values = fields.values(value)
    # Most fields of most records have their very default: nobody has to look what that says.
    says_more = map(is_not, values, fields.defaults)
    parts = []
    for item, (begins, left_out) in compress(zip(values, fields.spelled, strict=True), says_more):
        kind = type(item)
        text = (_texts.get(kind) or _text_way(kind))(item)
        if text != left_out:
            parts.append(begins + text)
    return f"{{{','.join(parts)}}}"


def _text_of_list(value: tuple[Any, ...] | list[Any]) -> str:
    return f"[{','.join(map(_text, value))}]"


def _text_of_moment(value: date) -> str:
    return f'"{value.isoformat()}"'


def _text_of_made(value: Made) -> str:
    """Who made a record: the very same for all that one entry makes, so it is spelled once."""
    known, spelled = _last_made[0]
    if known is not value:  # equal is not enough: the same moment may be written in another zone
        spelled = _spelled(value)
        _last_made[0] = (value, spelled)
    return spelled


_texts: dict[type, Callable[[Any], str]] = {
    str: _string,
    int: repr,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): lambda _: "null",
    list: _text_of_list,
    tuple: _text_of_list,
    date: _text_of_moment,
    datetime: _text_of_moment,
    Made: _text_of_made,
}
"""How values are spelled, by their type; `_text_way` finds the others."""


def _fields_of(kind: type) -> _Fields:
    defaults, in_plain, spelled = [], [], []
    for field in sorted(dataclasses.fields(kind), key=attrgetter("name")):
        left_out = _left_out(field)
        always = left_out is dataclasses.MISSING
        defaults.append(left_out if always else field.default)
        in_plain.append((field.name, left_out))
        spelled.append((f"{_string(field.name)}:", left_out if always else _text(left_out)))
    names = [name for name, _ in in_plain]
    if len(names) == 1:
        values: Callable[[Any], tuple[Any, ...]] = lambda value: (getattr(value, names[0]),)  # noqa: E731
    else:
        values = attrgetter(*names) if names else lambda value: ()
    return _fields.setdefault(kind, _Fields(values, tuple(defaults), tuple(in_plain), tuple(spelled)))


def _left_out(field: dataclasses.Field[Any]) -> Any:
    """Return the JSON value with which ``field`` is not written, or a mark that equals nothing."""
    if field.default is not dataclasses.MISSING:
        default = plain(field.default)
    elif field.default_factory is not dataclasses.MISSING:
        default = plain(field.default_factory())
    else:
        return dataclasses.MISSING
    return default if default in (None, "", [], {}) or default is False else dataclasses.MISSING


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a record, or of any value made of dataclasses, mappings and JSON types."""
    return _text(value).encode()


def new_salt() -> bytes:
    """Return 16 fresh random bytes."""
    return random_bytes()


def record_hash(kind: str, record_id: str, salt: bytes, body: bytes) -> bytes:
    """Return the 32 bytes that stand for this record in receipts, journals and digests."""
    return hashlib.sha256(f"qianshao/1\0{kind}\0{record_id}\0".encode() + salt + body).digest()


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """A record as it is kept and as it travels: its name, hash, salt and its writer's canonical bytes.

    ``salt`` and ``body`` are empty after an erasure; the hash stays.
    """

    kind: str
    id: str
    hash: bytes
    salt: bytes
    body: bytes

    @property
    def erased(self) -> bool:
        """Whether content and salt were destroyed."""
        return not self.body

    def intact(self) -> bool:
        """Whether the hash is that of the content (an erased record has no content to check)."""
        return self.erased or self.hash == record_hash(self.kind, self.id, self.salt, self.body)


def seal(kind: str, record: Any, salt: bytes | None = None) -> Sealed:
    """Encode ``record`` (a dataclass with an ``id``) once and for all, with a fresh salt where none is given."""
    salt = new_salt() if salt is None else salt
    body = canonical(record)
    return Sealed(kind, record.id, record_hash(kind, record.id, salt, body), salt, body)


def digest(lines: list[tuple[str, str, bytes]]) -> str:
    """Return SHA-256 in hex over the sorted lines ``kind id hash`` (hash in hex, each line ends with LF)."""
    out = hashlib.sha256()
    for line in sorted(f"{kind} {record_id} {hash_.hex()}\n" for kind, record_id, hash_ in lines):
        out.update(line.encode())
    return out.hexdigest()
