"""The messages: maps with field names, so that an older end passes over what it does not know.

Every field added after version 1 has a default. Bodies of records travel as the bytes that their writer made.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from sync.records.canonical import Sealed


class Frame(msgspec.Struct, frozen=True):
    """One record on the wire (records.canonical.Sealed).

    ``ordinal`` is its place in the journal of the pushing store, 0 where it has none there; ``wrote`` the hash that
    stands in that journal where another record has taken its place meanwhile (empty: ``hash``).
    """

    kind: str
    id: str
    hash: bytes
    salt: bytes
    body: bytes
    ordinal: int = 0
    wrote: bytes = b""

    @classmethod
    def of(cls, sealed: Sealed) -> Frame:
        """Wrap ``sealed`` without touching its bytes."""
        return cls(sealed.kind, sealed.id, sealed.hash, sealed.salt, sealed.body)

    def sealed(self) -> Sealed:
        """Return the record; the receiver checks `Sealed.intact` before it believes it."""
        return Sealed(self.kind, self.id, self.hash, self.salt, self.body)


class Page(msgspec.Struct, frozen=True):
    """Many records without their hashes (protocol.pages): places say what belongs together.

    ``salts`` has 16 bytes for each record that has content, ``erased`` the hash of each that has none; ``digest`` is
    SHA-256 over all hashes in order. ``ordinals`` are steps from ordinal to ordinal, the first from 0; ``wrote`` goes
    by place.
    """

    kinds: list[str]
    ids: list[str]
    salts: bytes
    bodies: list[bytes]
    erased: list[bytes]
    digest: bytes
    ordinals: list[int] = []
    wrote: dict[int, bytes] = {}


class Hello(msgspec.Struct, frozen=True):
    """POST /v1/hello, the first word: who speaks, which versions, and the station's clock."""

    protocol: int
    oldest: int
    program: str
    store: str
    now: datetime
    unsent: int = 0
    cursor: int = 0
    capabilities: tuple[str, ...] = ()


class Welcome(msgspec.Struct, frozen=True):
    """The answer to hello. ``latest`` is the greatest number that this station may pull.

    ``key`` is the public key by which the district signs receipts now (empty: it signs none), ``successions`` the
    signed words of former keys that lead to it (receipts.follow). ``recipient`` is whom bundles are encrypted to (age).
    """

    protocol: int
    program: str
    district: str
    unit: str
    now: datetime
    latest: int
    clock_difference_ms: int
    capabilities: tuple[str, ...] = ()
    key: bytes = b""
    successions: tuple[bytes, ...] = ()
    recipient: str = ""


class Push(msgspec.Struct, frozen=True):
    """POST /v1/push: one page. Saying it twice is harmless. An end that knows pages gets ``page`` and no records."""

    store: str
    records: list[Frame]
    page: Page | None = None


class State(StrEnum):
    """What became of one pushed record. ``MERGED``: another record stands for it (see Answer.standing)."""

    ACCEPTED = "accepted"
    MERGED = "merged"
    REFUSED = "refused"


class Answer(msgspec.Struct, frozen=True):
    """The district's word on one record: it names the hash that it speaks of.

    ``seq`` is the district's number for the record that stands. ``reason`` is a wording key with ``values``.
    """

    id: str
    hash: bytes
    state: State
    seq: int = 0
    received_at: datetime | None = None
    standing: bytes = b""
    reason: str = ""
    values: dict[str, Any] = {}


class Pushed(msgspec.Struct, frozen=True):
    """The answers, one for each record of the page, in its order.

    To a ``Page``: its digest, the answers to some by their place, and all others are accepted as they came, numbered
    from ``first`` on at ``received_at`` (protocol.pages). ``missing`` are ordinals of the store's journal, first and
    last, that the district does not have although it has later ones.
    """

    answers: list[Answer]
    others: dict[int, Answer] = {}
    digest: bytes = b""
    first: int = 0
    received_at: datetime | None = None
    missing: tuple[tuple[int, int], ...] = ()


class Pull(msgspec.Struct, frozen=True):
    """POST /v1/pull: what is new after ``cursor`` (the district's number) within this station's scope.

    ``pages`` says that the station knows pages; ``taken`` is the number up to which the station holds everything:
    behind the cursor where it asks ahead; an older station (-1) asks for a page when it has taken the last.
    """

    store: str
    cursor: int
    limit: int
    taken: int = -1
    pages: bool = False


class Pulled(msgspec.Struct, frozen=True):
    """One page in the order of ``seq``, without the records that the asking store pushed itself.

    To a station that knows pages: ``page``, the steps from number to number (the first from 0), and times of receipt
    with how many records each is of.
    """

    records: list[Numbered]
    cursor: int
    more: bool
    page: Page | None = None
    steps: list[int] = []
    times: list[tuple[datetime, int]] = []


class Numbered(msgspec.Struct, frozen=True):
    """A record with the district's number for it and the time at which the district received it."""

    seq: int
    received_at: datetime
    record: Frame


class ReceiptAsked(msgspec.Struct, frozen=True):
    """POST /v1/receipt, the last word of a day end: what the station holds of the numbers after ``after``.

    ``counts`` by kind and ``digest`` (records.canonical.digest) over the records with a district number in
    (after, upto] that this station holds, pushed or pulled; ``held`` and ``unsent`` are what stays behind.
    """

    store: str
    after: int
    upto: int
    counts: dict[str, int]
    digest: str
    held: int
    unsent: int
    chain: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """The district's own counts and digest over the same numbers and scope.

    ``agreed`` is whether both are equal; ``chain`` is SHA-256 in hex over the former chain value and this digest.
    ``signed`` is all this, and what the district has of the journal, under the district's signature
    (receipts.Statement); without it a receipt is a word and no proof.
    """

    id: str
    store: str
    unit: str
    after: int
    upto: int
    counts: dict[str, int]
    digest: str
    agreed: bool
    chain: str
    at: datetime
    signed: bytes = b""


class Exchange(msgspec.Struct, frozen=True):
    """POST /v1/exchange: hello, push, pull and receipt in one request, of a station whose unsent records fit in a page.

    ``trusted`` is the key by which the station believes receipts: a district that signs by another one looks at nothing
    else. ``asked`` is what the station holds before this exchange, up to the cursor that hello says. Without ``proof``
    it asks for no receipt (an older district gives one all the same), and ``asked`` counts nothing.
    """

    hello: Hello
    trusted: bytes
    push: Push
    asked: ReceiptAsked
    proof: bool = True


class Exchanged(msgspec.Struct, frozen=True):
    """The answer: what each of the four would be told. None is what the station has to ask for by itself.

    ``receipt`` speaks of what the station holds once it has settled ``pushed`` and stored ``pulled``, up to its cursor;
    where that is nothing new, it is the receipt that stands already, once more. ``time`` is the district's signed word
    of the time (receipts.TimeSaid): without ``proof``, where something went up or came down.
    """

    welcome: Welcome
    pushed: Pushed | None = None
    pulled: Pulled | None = None
    receipt: Receipt | None = None
    time: bytes = b""


class Enrol(msgspec.Struct, frozen=True):
    """POST /v1/enrol with a one-time code; the device's secret stays at the station, its SHA-256 goes up.

    ``former``: the ids that a store had which was restored on a machine without the former device's secret.
    """

    protocol: int
    code: str
    store: str
    device: str
    secret_digest: bytes
    staff: Frame
    platform: str = ""
    former: tuple[str, ...] = ()


class Enrolled(msgspec.Struct, frozen=True):
    """What a new station needs: its unit and the key (32 bytes) of its ledger rows' identities.

    The directories, its first staff member among them, come with the first pull.
    """

    district: str
    unit: str
    unit_name: str
    import_key: bytes
    key: bytes = b""
    recipient: str = ""


class MoveStore(msgspec.Struct, frozen=True):
    """POST /v1/move: a restored store says its new id; the old one never speaks again."""

    old_store: str
    new_store: str


class Problem(msgspec.Struct, frozen=True):
    """The body of every answer that is not 200: a wording key and its values."""

    reason: str
    values: dict[str, Any] = {}
