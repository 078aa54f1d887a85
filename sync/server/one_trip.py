"""A whole exchange in one request: what hello, push, pull and receipt do, in one transaction, or none without news.

Where anything is left for the station to see to (more to pull, a gap in its journal, another count than ours), it gets
no receipt and asks for it by itself, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import structs

from sync.protocol.messages import Exchange, Exchanged, Pulled, Pushed, Receipt, State
from sync.protocol.pages import pulled
from sync.protocol.version import MAX_PAGE_BYTES, MAX_PAGE_RECORDS
from sync.records.errors import Refused
from sync.server import bundle_keys, exchange, journals, receipt_keys
from sync.server.leasing import is_short, top_up
from sync.server.push import ReadPage, keep_page, read_page
from sync.server.receipt_keys import Keys
from sync.server.settings import Settings
from sync.server.station import Station
from sync.server.store import records
from sync.server.store.devices import Status, set_status, status_of
from sync.server.store.leases import all_ahead
from sync.server.store.receipts import last_receipt
from sync.server.store.records import Line
from sync.server.store.store import Connection, District, DistrictStore, get_settings

NOTED_EVERY: Final = timedelta(minutes=1)
"""How old the note of when a station last spoke may become before it is renewed, where nothing else is written."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Who says what, when."""

    station: Station
    said: Exchange
    page: ReadPage
    settings: Settings
    now: datetime


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known before anything is written.

    ``before`` are the lines that both ends hold up to the station's cursor since its last receipt, None where they
    differ; ``last`` is the last receipt that the station got; ``short`` whether it is to be leased numbers.
    """

    here: District
    keys: Keys
    recipient: str
    latest: int
    short: bool
    status: Status
    last: Receipt | None
    before: list[Line] | None


def answer(store: DistrictStore, station: Station, said: Exchange, settings: Settings) -> Exchanged:
    """Answer a whole exchange; Refused where versions do not meet, or a store is named that does not speak here."""
    exchange.must_meet(said.hello)
    for named in (said.hello.store, said.push.store, said.asked.store):
        station.must_be(named)
    if not 0 <= said.asked.after <= said.asked.upto == said.hello.cursor:
        raise Refused("protocol.unreadable_message")
    heard = _Heard(station, said, read_page(station, said.push), settings, datetime.now(UTC))
    with store.read() as conn:
        seen = _look(conn, heard)
        believed = not seen.keys.present or seen.keys.present == said.trusted
        reads = believed and not heard.page.frames and not seen.short
        down = _read(conn, heard, seen.latest) if reads else None
        again = _stands(conn, heard, seen, down) if down else None
    if not believed:
        return Exchanged(exchange.hello(store, station, said.hello, settings))
    if down and again and not _is_news(heard, seen):
        return _answered(heard, seen, Pushed([]), down, again)
    with store.write() as conn:
        pushed = Pushed([])
        if down is None:
            records.lock_numbers(conn)
            set_status(conn, station.device.device, cursor=said.asked.upto)
            pushed = keep_page(conn, station, heard.page, settings) if heard.page.frames else pushed
            top_up(conn, seen.here, station.unit, station.device.store, settings, heard.now)
            down = _pull(conn, heard, records.latest(conn))
        given = again or _receipt(conn, heard, seen, pushed, down)
        _note(conn, heard, pushed, given)
    return _answered(heard, seen, pushed, down, given)


def _look(conn: Connection, heard: _Heard) -> _Seen:
    said, store = get_settings(conn, *_SETTINGS), heard.station.device.store
    if not {"unit", "store", "name"} <= said.keys():
        raise Refused("district.no_store")
    keys = receipt_keys.keys_in(said.get(receipt_keys.SETTING)) if heard.settings.signer else Keys()
    latest, last = records.latest(conn), last_receipt(conn, store)
    return _Seen(
        here=District(said["unit"], said["store"], said["name"]),
        keys=keys,
        recipient=said.get(bundle_keys.RECIPIENT, ""),
        latest=latest,
        short=is_short(all_ahead(conn, store), heard.settings, heard.now),
        status=status_of(conn, heard.station.device.device),
        last=last,
        before=_before(conn, heard, latest, last),
    )


_SETTINGS: Final = ("unit", "store", "name", receipt_keys.SETTING, bundle_keys.RECIPIENT)


def _before(conn: Connection, heard: _Heard, latest: int, last: Receipt | None) -> list[Line] | None:
    asked = heard.said.asked
    if asked.upto > latest:
        return None
    hangs = last is not None and last.agreed and (last.upto, last.chain) == (asked.after, asked.chain)
    if not hangs and not exchange.linked(conn, heard.station, asked):
        return None
    same = asked.after == asked.upto
    held = [] if same else list(records.lines(conn, heard.station.scopes, asked.after, asked.upto))
    return held if records.tally_of(held) == (asked.counts, asked.digest) else None


def _read(conn: Connection, heard: _Heard, latest: int) -> Pulled:
    """What is new, all of one snapshot. Where nothing of the station's scope is, its cursor stays: others' numbers are
    no news.
    """
    down, cursor = _pull(conn, heard, latest), heard.said.asked.upto
    news = down.steps or any(True for _ in records.lines(conn, heard.station.scopes, cursor, latest))
    return down if news else structs.replace(down, cursor=cursor)


def _pull(conn: Connection, heard: _Heard, latest: int) -> Pulled:
    station, cursor = heard.station, heard.said.asked.upto
    if cursor >= latest:
        return pulled([], cursor, False)
    page, upto, more = records.pull(
        conn, station.scopes, station.device.store, cursor, MAX_PAGE_RECORDS, MAX_PAGE_BYTES
    )
    return pulled([(n.seq, n.received_at, n.sealed) for n in page], upto, more)


def _stands(conn: Connection, heard: _Heard, seen: _Seen, down: Pulled) -> Receipt | None:
    """The last receipt, where it says all that a new one would: nothing came since, and the journal is as it was."""
    asked, last = heard.said.asked, seen.last
    if last is None or not seen.keys.present or not last.agreed or seen.before is None:
        return None
    if not asked.after == asked.upto == last.upto == down.cursor or last.chain != asked.chain:
        return None
    told = journals.told(conn, last.store)
    return last if exchange.says(last, seen.keys.present, (told,)) else None


def _is_news(heard: _Heard, seen: _Seen) -> bool:
    """Whether the note of how the station stands is another than before, or old; its cursor may wait for a minute."""
    status, asked = seen.status, heard.said.asked
    if status.last_hello is None or not timedelta() <= heard.now - status.last_hello < NOTED_EVERY:
        return True
    now = (exchange.program_of(heard.said.hello), exchange.small(asked.unsent), exchange.small(asked.held))
    return now != (status.program, status.unsent, status.held)


def _receipt(conn: Connection, heard: _Heard, seen: _Seen, pushed: Pushed, down: Pulled) -> Receipt | None:
    """A receipt over what the station will hold; the station compares it with what it then holds (docs/adr/0027)."""
    if seen.before is None or pushed.missing or down.more:
        return None
    asked = heard.said.asked
    since = records.lines(conn, heard.station.scopes, asked.upto, down.cursor) if down.cursor > asked.upto else ()
    counts, digest = records.tally_of([*seen.before, *since])
    over = structs.replace(asked, upto=down.cursor, counts=counts, digest=digest)
    return exchange.give(conn, heard.station, over, heard.settings, heard.now, agreed=True)


def _note(conn: Connection, heard: _Heard, pushed: Pushed, given: Receipt | None) -> None:
    """How the station stands once it has the answer; its cursor is what it said: more it does not know yet."""
    hello, asked = heard.said.hello, heard.said.asked
    refused = sum(a.state is State.REFUSED for a in (*pushed.answers, *pushed.others.values()))
    set_status(
        conn,
        heard.station.device.device,
        last_hello=heard.now,
        program=exchange.program_of(hello),
        clock_difference_ms=exchange.difference_of(hello, heard.now),
        cursor=asked.upto,
        unsent=exchange.small(asked.unsent - len(heard.page.frames)),
        held=exchange.small(asked.held + refused),
        **({"last_day_end": heard.now} if given is not None else {}),
    )


def _answered(heard: _Heard, seen: _Seen, pushed: Pushed, down: Pulled, given: Receipt | None) -> Exchanged:
    latest = max(seen.latest, down.cursor)
    hello = heard.said.hello
    welcome = exchange.welcome(heard.station, hello, seen.here.unit, seen.keys, seen.recipient, latest, heard.now)
    return Exchanged(welcome, pushed, down, given)
