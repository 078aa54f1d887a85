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
import os
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Any, Final

from sync.records.record import Made

SALT_BYTES: Final = 16
_AS_THEY_ARE: Final = frozenset({type(None), bool, int, str})
_DOMAIN: Final = b"qianshao/1\0"
_string: Final = json.encoder.encode_basestring
_encoded: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_fields: dict[type, tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[str, str, Any, Any], ...]]] = {}
"""For each dataclass: what gives the values of its fields, and each field's name, how the text of the field begins, its
default that is not written, and how that looks in JSON: in the order of the names, which is that of the bytes."""
_ways: dict[type, Callable[[Any], Any]] = {}
_last_made: list[tuple[Made | None, str]] = [(None, "")]


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
    values, rows = _fields.get(type(value)) or _spelling(type(value))
    found = {}
    for item, (name, _, default, left_out) in zip(values(value), rows, strict=True):
        if item is not default:
            item = plain(item)
            # By type too: 0 equals False, and False is an answer where the default is None.
            if item != left_out or type(item) is not type(left_out):
                found[name] = item
    return found


def _spelled(value: Any) -> str:
    """Return the canonical text of a dataclass, field by field: half of what making a dictionary and sorting it costs.

    Every record goes through here, so the commonest kinds of value come first and call nothing.
    """
    values, rows = _fields.get(type(value)) or _spelling(type(value))
    parts = []
    for item, (_, begins, default, left_out) in zip(values(value), rows, strict=True):
        if item is default:  # most fields of most records: nobody has to look what it says
            continue
        kind = type(item)
        if kind is str:
            if item != left_out:
                parts.append(begins + _string(item))
        elif kind is Made:
            parts.append(begins + _made(item))
        else:
            if kind not in _AS_THEY_ARE:
                item = (_ways.get(kind) or _way(kind))(item)
            if item != left_out or type(item) is not type(left_out):
                parts.append(begins + (_string(item) if type(item) is str else _json(item)))
    return f"{{{','.join(parts)}}}"


def _json(item: Any) -> str:
    """Return the text of a value of JSON types; what records hold most is spelled without setting up an encoder."""
    kind = type(item)
    if kind is str:
        return _string(item)
    if kind is int:
        return str(item)
    if kind is bool:
        return "true" if item else "false"
    if kind is list:
        return f"[{','.join(map(_json, item))}]"
    if kind is dict and len(item) == 1:
        [(name, only)] = item.items()
        return f"{{{_string(name)}:{_json(only)}}}"
    return _encoded(item)


def _made(value: Made) -> str:
    """Who made a record: the very same for all that one entry makes, so it is spelled once."""
    known, spelled = _last_made[0]
    if known is not value:  # equal is not enough: the same moment may be written in another zone
        spelled = _spelled(value)
        _last_made[0] = (value, spelled)
    return spelled


def _spelling(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[str, str, Any, Any], ...]]:
    rows = []
    for field in sorted(dataclasses.fields(kind), key=attrgetter("name")):
        left_out = _left_out(field)
        never = left_out is dataclasses.MISSING or field.default is dataclasses.MISSING
        default = dataclasses.MISSING if never else field.default
        rows.append((field.name, f"{_string(field.name)}:", default, left_out))
    names = [row[0] for row in rows]
    if len(names) == 1:
        found: Callable[[Any], tuple[Any, ...]] = lambda value: (getattr(value, names[0]),)  # noqa: E731
    else:
        found = attrgetter(*names) if names else lambda value: ()
    return _fields.setdefault(kind, (found, tuple(rows)))


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
    return (_spelled(value) if dataclasses.is_dataclass(value) else _encoded(plain(value))).encode()


def new_salt() -> bytes:
    """Return 16 fresh random bytes."""
    return os.urandom(SALT_BYTES)


def record_hash(kind: str, record_id: str, salt: bytes, body: bytes) -> bytes:
    """Return the 32 bytes that stand for this record in receipts, journals and digests."""
    return hashlib.sha256(b"".join((_DOMAIN, kind.encode(), b"\0", record_id.encode(), b"\0", salt, body))).digest()


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
