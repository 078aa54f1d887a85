"""The other words of an exchange: hello, pull, receipt, move. Each may be repeated without harm."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from sync.protocol import receipts
from sync.protocol.messages import (
    Frame,
    Hello,
    MoveStore,
    Numbered,
    Pull,
    Pulled,
    Receipt,
    ReceiptAsked,
    Welcome,
)
from sync.protocol.pages import pulled
from sync.protocol.version import (
    CAPABILITIES,
    MAX_PAGE_BYTES,
    MAX_PAGE_RECORDS,
    OLDEST,
    SIGNED_RECEIPTS,
    VERSION,
)
from sync.records.errors import QianshaoError, Refused
from sync.records.ids import prefix_of
from sync.records.kinds import STORE_PREFIX, new_identity
from sync.server import journals
from sync.server.bundle_keys import known_recipient
from sync.server.leasing import top_up
from sync.server.program import PROGRAM
from sync.server.receipt_keys import Keys, known_keys
from sync.server.settings import Settings
from sync.server.station import Revoked, Station, still
from sync.server.store import records
from sync.server.store.devices import cursor_of, get_device, is_store_known, move_store, set_status
from sync.server.store.directory import clean
from sync.server.store.receipts import NEXT_NUMBER, is_link, last_receipt, put_receipt
from sync.server.store.store import Connection, DistrictStore, district

RECEIPT_PREFIX: Final = "rcp"
_LARGEST: Final = 2**31 - 1


def hello(store: DistrictStore, station: Station, said: Hello, settings: Settings, *, by_hand: bool = False) -> Welcome:
    """Welcome a station, note how it stands and lease it numbers; Refused where versions do not meet.

    ``by_hand``: it was said days ago, on a stick, and tells nothing of the station's clock.
    """
    must_meet(said)
    station.must_be(said.store)
    now = datetime.now(UTC)
    with store.write() as conn:
        here = district(conn)
        must_not_be_behind(said.cursor, records.latest(conn))
        top_up(conn, here, station.unit, station.device.store, settings, now)
        still(conn, station)  # leases wait for the lock of numbers
        values: dict[str, object] = {"last_hello": now, "program": program_of(said), "unsent": small(said.unsent)}
        latest = records.latest(conn)
        if not by_hand:
            values["clock_difference_ms"] = difference_of(said, now)
            values["cursor"] = max(min(said.cursor, latest), cursor_of(conn, station.device.device))
        set_status(conn, station.device.device, **values)
        keys = known_keys(conn) if settings.signer else Keys()
        recipient = known_recipient(conn)
    return welcome(station, said, here.unit, keys, recipient, latest, now)


def must_meet(said: Hello) -> None:
    """Raise Refused ("protocol.version") where the versions of both ends do not overlap."""
    if said.oldest > VERSION or said.protocol < OLDEST:
        raise Refused("protocol.version", theirs=said.program[:60], ours=PROGRAM)


def must_not_be_behind(cursor: int, latest: int) -> None:
    """Raise Refused ("protocol.district_behind") where a station has a number that this district never gave.

    Its data were set back: numbers would be given once more, to other records, and the station would pass over them.
    """
    if cursor > latest:
        raise Refused("protocol.district_behind")


def program_of(said: Hello) -> str:
    """Return what the station's program calls itself, as far as it is kept."""
    return clean(said.program)[:60]


def difference_of(said: Hello, now: datetime) -> int:
    """Return the station's clock minus ours in milliseconds."""
    theirs = said.now if said.now.tzinfo else said.now.replace(tzinfo=UTC)
    return round((theirs - now).total_seconds() * 1000)


def welcome(
    station: Station, said: Hello, here: str, keys: Keys, recipient: str, latest: int, now: datetime
) -> Welcome:
    """Return the answer to hello by the district whose root unit is ``here``."""
    return Welcome(
        min(said.protocol, VERSION),
        PROGRAM,
        here,
        station.unit,
        now,
        latest,
        difference_of(said, now),
        capabilities=tuple(c for c in CAPABILITIES if c != SIGNED_RECEIPTS or keys.present),
        key=keys.present,
        successions=keys.successions,
        recipient=recipient,
    )


def pull(store: DistrictStore, station: Station, asked: Pull) -> Pulled:
    """Return the next page in the station's scope. Its cursor tells what the station has taken: it asks with it."""
    station.must_be(asked.store)
    if asked.cursor < 0 or asked.limit < 1 or asked.taken > asked.cursor:
        raise Refused("protocol.unreadable_message")
    limit = min(asked.limit, MAX_PAGE_RECORDS)
    with store.read() as conn:
        last = records.latest(conn)
        cursor = min(asked.cursor, last)
        taken = cursor if asked.taken < 0 else min(asked.taken, last)
        moved = taken != cursor_of(conn, station.device.device)
        page, upto, more = records.pull(conn, station.scopes, station.device.store, cursor, limit, MAX_PAGE_BYTES)
    if moved:
        with store.write() as conn:
            set_status(conn, station.device.device, cursor=taken)
    if asked.pages:
        return pulled([(n.seq, n.received_at, n.sealed) for n in page], upto, more)
    return Pulled([Numbered(n.seq, n.received_at, Frame.of(n.sealed)) for n in page], upto, more)


def receipt(store: DistrictStore, station: Station, asked: ReceiptAsked, settings: Settings) -> Receipt:
    """Compare what both ends hold in (after, upto] of the station's scope; the answer is signed and kept.

    ``agreed`` also needs the chain to hang on a receipt that this district agreed to.
    """
    station.must_be(asked.store)
    if not 0 <= asked.after <= asked.upto:
        raise Refused("protocol.unreadable_message")
    now = datetime.now(UTC)
    with store.read() as conn:  # what has a number up to ``upto`` never changes: no writer need wait for the count
        counts, digest = _tally(conn, station, asked)
    with store.write() as conn:
        agreed = counts == asked.counts and digest == asked.digest and linked(conn, station, asked)
        said = msgspec.structs.replace(asked, counts=counts, digest=digest)
        given = give(conn, station, said, settings, now, agreed=agreed)
        values: dict[str, object] = {"cursor": asked.upto, "unsent": small(asked.unsent), "held": small(asked.held)}
        if agreed:
            values |= {"last_day_end": now}
        set_status(conn, station.device.device, **values)
    return given


def give(
    conn: Connection,
    station: Station,
    over: ReceiptAsked,
    settings: Settings,
    now: datetime,
    *,
    agreed: bool,
    known: Known | None = None,
) -> Receipt:
    """Return the receipt over what ``over`` counts, kept and signed; the former one where it says the same."""
    given = Receipt(
        id=new_identity(RECEIPT_PREFIX),
        store=over.store,
        unit=station.unit,
        after=over.after,
        upto=over.upto,
        counts=over.counts,
        digest=over.digest,
        agreed=agreed,
        chain=hashlib.sha256((over.chain + over.digest).encode()).hexdigest(),
        at=now,
    )
    if known is None:
        keys = known_keys(conn) if settings.signer else Keys()
        here, last = district(conn).unit, last_receipt(conn, over.store)
        known = Known(here, keys, journals.told(conn, over.store), last)
    return _kept(conn, given, settings, known)


@dataclass(frozen=True, slots=True)
class Known:
    """What a receipt is made of beside its counts: the district's root unit, its keys, what is told of the journal,
    and the last receipt that the store got; the number of the next one (0: it has to be asked for).
    """

    here: str
    keys: Keys
    told: receipts.Told
    last: Receipt | None
    number: int = 0


def _kept(conn: Connection, given: Receipt, settings: Settings, known: Known) -> Receipt:
    """Sign and keep a receipt; the former one again where it says the same, under the same key."""
    key, former = known.keys.present, known.last
    told = (known.told,) if key else ()
    if former is not None and _same(former, given) and says(former, key, told):
        return former
    if settings.signer is None or not key:
        put_receipt(conn, given)
        return given
    said = {name: getattr(given, name) for name in Receipt.__struct_fields__ if name != "signed"}
    number = known.number or NEXT_NUMBER.ask(conn)
    statement = receipts.Statement(district=known.here, number=number, journals=told, **said)
    signed = receipts.sign(statement, settings.signer.secret_of(key))
    given = msgspec.structs.replace(given, signed=signed)
    put_receipt(conn, given, number)
    return given


def says(former: Receipt, key: bytes, told: tuple[receipts.Told, ...]) -> bool:
    """Whether a receipt is signed by ``key`` and tells the same of the journal; without a key: is not signed."""
    try:
        statement = receipts.verified(former.signed, (key,)) if former.signed else None
    except QianshaoError:
        return False
    return statement.journals == told if statement else not key


def receipt_by_hand(
    store: DistrictStore, station: Station, asked: ReceiptAsked, upto: int, settings: Settings
) -> Receipt:
    """Return a receipt over what the station held when it asked, and what it holds once it has read the answer.

    The first half is compared here, the whole of it by the station, which keeps it as agreed only where it is equal.
    """
    first = receipt(store, station, asked, settings)
    if not first.agreed or upto <= asked.upto:
        return first
    with store.read() as conn:
        counts, digest = records.tally(conn, station.scopes, asked.after, upto)
    return receipt(store, station, msgspec.structs.replace(asked, upto=upto, counts=counts, digest=digest), settings)


def _tally(conn: Connection, station: Station, asked: ReceiptAsked) -> tuple[dict[str, int], str]:
    must_not_be_behind(asked.upto, records.latest(conn))
    return records.tally(conn, station.scopes, asked.after, asked.upto)


def linked(conn: Connection, station: Station, asked: ReceiptAsked) -> bool:
    """Whether what is asked for hangs on a receipt that this district agreed to."""
    if asked.after == 0:
        return asked.chain == ""
    return is_link(conn, station.stores, asked.after, clean(asked.chain)[:64])


def _same(former: Receipt, given: Receipt) -> bool:
    """Whether an answer that may have been lost is asked for again."""
    return (former.after, former.upto, former.counts, former.digest, former.agreed, former.chain) == (
        given.after,
        given.upto,
        given.counts,
        given.digest,
        given.agreed,
        given.chain,
    )


def move(store: DistrictStore, station: Station, asked: MoveStore, settings: Settings) -> Welcome:
    """Let a restored store speak under its new id; whatever id spoke before never does again.

    A second restore from the same backup moves on from the first: the last one that moved speaks.
    """
    now = datetime.now(UTC)
    if prefix_of(asked.new_store) != STORE_PREFIX:
        raise Refused("protocol.bad_id")
    with store.write() as conn:
        records.lock_numbers(conn)  # the same word twice at once is heard one after another
        here, speaks = district(conn), get_device(conn, station.device.device)
        if speaks is None or speaks.revoked_at is not None:
            raise Revoked  # it waited for the lock meanwhile
        if asked.new_store != station.device.store:
            if asked.old_store not in station.stores:
                raise Refused("protocol.foreign_store")
            if is_store_known(conn, asked.new_store):
                raise Refused("protocol.store_known")
            move_store(conn, station.device, asked.new_store, now)
        top_up(conn, here, station.unit, asked.new_store, settings, now)
        latest = records.latest(conn)
    return Welcome(VERSION, PROGRAM, here.unit, station.unit, now, latest, 0)


def small(number: int) -> int:
    """Return a count that a station said as far as a column holds it."""
    return min(max(number, 0), _LARGEST)
