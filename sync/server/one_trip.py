"""A whole exchange in one request: what hello, push, pull and receipt do, in one transaction, or none without news.

Where anything is left for the station to see to (more to pull, a gap in its journal, another count than ours), it gets
no receipt and asks for it by itself, as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import structs

from sync.protocol.messages import Exchange, Exchanged, Pulled, Pushed, Receipt, ReceiptAsked, State
from sync.protocol.pages import pulled
from sync.protocol.receipts import TimeSaid, Told, sign_time
from sync.protocol.version import MAX_PAGE_BYTES, MAX_PAGE_RECORDS
from sync.records.errors import Refused
from sync.server import bundle_keys, exchange, journals, receipt_keys, sifting
from sync.server.arrived import ReadPage, read_page
from sync.server.leasing import is_short, top_up_after
from sync.server.push import KeptPage, keep_page, lock_and_look, trial
from sync.server.receipt_keys import Keys
from sync.server.settings import Settings
from sync.server.station import Seen, Station
from sync.server.store import records
from sync.server.store.devices import set_status
from sync.server.store.glance import Glance, news_after
from sync.server.store.journals import missing
from sync.server.store.leases import ahead, note_used
from sync.server.store.records import Line
from sync.server.store.store import Connection, DistrictStore
from sync.server.store.together import last_trip

NOTED_EVERY: Final = timedelta(minutes=1)
"""How old the note of when a station last spoke may become before it is renewed, where nothing else is written."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Who says what, when; and how the station stood when it was seen."""

    station: Station
    seen: Glance
    said: Exchange
    page: ReadPage
    settings: Settings
    now: datetime

    @property
    def keys(self) -> Keys:
        """The keys that receipts are signed by; none where this server has none."""
        return receipt_keys.keys_in(self.seen.settings.get(receipt_keys.SETTING)) if self.settings.signer else Keys()


def answer(store: DistrictStore, seen: Seen, said: Exchange, settings: Settings) -> Exchanged:
    """Answer a whole exchange; Refused where versions do not meet, or a store is named that does not speak here."""
    station, glance = seen.station, seen.glance
    exchange.must_meet(said.hello)
    for named in (said.hello.store, said.push.store, said.asked.store):
        station.must_be(named)
    if not 0 <= said.asked.after <= said.asked.upto == said.hello.cursor:
        raise Refused("protocol.unreadable_message")
    exchange.must_not_be_behind(said.hello.cursor, glance.latest)
    heard = _Heard(station, glance, said, read_page(said.push), settings, datetime.now(UTC))
    if heard.keys.present and heard.keys.present != said.trusted:
        return Exchanged(exchange.hello(store, station, said.hello, settings))
    alone = not heard.page.frames and not is_short(ahead(glance.leases), settings, heard.now)
    again = _stands(store, heard) if alone and said.proof else None
    quiet = not said.proof and said.asked.upto <= glance.latest and not glance.news_after(said.asked.upto)
    if again or (alone and quiet):
        down = pulled([], said.asked.upto, False)
        if _is_news(heard):
            with store.write() as conn:
                _note(conn, heard, Pushed([]), again)
        return _answered(heard, Pushed([]), down, again)
    before = _before(store, heard) if said.proof else None
    if alone:
        scopes = glance.news_after(said.asked.upto)
        with store.read() as conn:
            down = _pull(conn, heard, scopes, glance.latest)
        given = None
        if said.proof or _is_news(heard):
            with store.write() as conn:
                told = journals.told_of(glance.came, missing(conn, glance.came))
                given = _give(conn, heard, _over(conn, heard, before, Pushed([]), down, scopes), told)
                _note(conn, heard, Pushed([]), given)
        return _answered(heard, Pushed([]), down, given)

    def keep(page: ReadPage) -> tuple[KeptPage, Exchanged]:
        with store.write() as conn:
            return _push(conn, replace(heard, page=page), before)

    kept, exchanged = sifting.kept(heard.page, keep, trial(store, station))
    kept.count(settings)
    return exchanged


def _push(conn: Connection, heard: _Heard, before: list[Line] | None) -> tuple[KeptPage, Exchanged]:
    """Under the lock of numbers: keep the page, lease what runs short, and give what is new."""
    station, asked, now = heard.station, heard.said.asked, heard.now
    found = lock_and_look(conn, station, heard.page, receipt=before is not None)
    cursor = min(asked.upto, found.last)
    kept = keep_page(conn, station, heard.page, found, cursor, datetime.now(UTC))
    used = top_up_after(conn, station, found.now.leases, kept.used, heard.settings, now)
    latest = records.last_given(conn)
    # Beyond the page stands what was written because of it: leases, a key on the list, what is told to who asked.
    scopes = station.scopes if latest > kept.last else news_after(found.now.newest, asked.upto)
    down = _pull(conn, heard, scopes, latest)
    since = None if scopes else kept.accepted
    over = _over(conn, heard, before, kept.pushed, down, scopes | {station.unit}, since)
    told = journals.told_of(kept.journal.now, kept.journal.missing)
    with last_trip(conn):
        note_used(conn, used)
        kept.journal.keep(conn)
        given = _give(conn, heard, over, told, found.receipt)
        _note(conn, heard, kept.pushed, given)
    return kept, _answered(heard, kept.pushed, down, given)


def _before(store: DistrictStore, heard: _Heard) -> list[Line] | None:
    """The lines that both ends hold up to the station's cursor since its last receipt; None where they differ."""
    asked, last = heard.said.asked, heard.seen.last
    if asked.upto > heard.seen.latest:
        return None
    hangs = last is not None and last.agreed and (last.upto, last.chain) == (asked.after, asked.chain)
    held: list[Line] = []
    if not hangs or asked.after < asked.upto:
        with store.read() as conn:
            if not hangs and not exchange.linked(conn, heard.station, asked):
                return None
            held = list(records.lines(conn, heard.station.scopes, asked.after, asked.upto))
    return held if records.tally_of(held) == (asked.counts, asked.digest) else None


def _pull(conn: Connection, heard: _Heard, scopes: Collection[str], upto: int) -> Pulled:
    """The first page after the station's cursor, of those ``scopes`` in which there is news, up to a number."""
    station, cursor = heard.station, heard.said.asked.upto
    if not scopes:
        return pulled([], max(cursor, upto), False)
    page, cursor, more = records.pull(
        conn, scopes, station.device.store, cursor, MAX_PAGE_RECORDS, MAX_PAGE_BYTES, upto
    )
    return pulled([(n.seq, n.received_at, n.sealed) for n in page], cursor, more)


def _stands(store: DistrictStore, heard: _Heard) -> Receipt | None:
    """The last receipt, where it says all that a new one would: nothing of the station's scope has a number since, its
    own count is of nothing, and its journal is as it was. Others' numbers are no news: its cursor stays.
    """
    asked, seen = heard.said.asked, heard.seen
    last, key = seen.last, heard.keys.present
    if last is None or not key or not last.agreed or asked.counts or last.chain != asked.chain:
        return None
    if not asked.after == asked.upto == last.upto <= seen.latest or seen.news_after(asked.upto):
        return None
    gaps: tuple[tuple[int, int], ...] = ()
    if seen.came.most > seen.came.upto:
        with store.read() as conn:
            gaps = missing(conn, seen.came)
    return last if exchange.says(last, key, (journals.told_of(seen.came, gaps),)) else None


def _is_news(heard: _Heard) -> bool:
    """Whether the note of how the station stands is another than before, or old; its cursor may wait for a minute."""
    status, asked = heard.seen, heard.said.asked
    if status.last_hello is None or not timedelta() <= heard.now - status.last_hello < NOTED_EVERY:
        return True
    now = (exchange.program_of(heard.said.hello), exchange.small(asked.unsent), exchange.small(asked.held))
    return now != (status.program, status.unsent, status.held)


def _over(
    conn: Connection,
    heard: _Heard,
    before: list[Line] | None,
    pushed: Pushed,
    down: Pulled,
    scopes: Collection[str],
    since: Sequence[Line] | None = None,
) -> ReceiptAsked | None:
    """What a receipt is over: what the station will hold (docs/adr/0027); None where it gets none.

    ``since`` are the lines after its cursor where they are known: what was accepted in this request, and nothing else.
    """
    if before is None or pushed.missing or down.more:
        return None
    asked = heard.said.asked
    if since is None:
        own = heard.station.device.store
        since = list(records.lines(conn, scopes, asked.upto, down.cursor, own)) if down.cursor > asked.upto else []
    counts, digest = records.tally_of([*before, *since])
    return structs.replace(asked, upto=down.cursor, counts=counts, digest=digest)


def _give(conn: Connection, heard: _Heard, over: ReceiptAsked | None, told: Told, number: int = 0) -> Receipt | None:
    """A receipt, which the station compares with what it then holds; its number, where that is known."""
    if over is None:
        return None
    known = exchange.Known(heard.seen.settings["unit"], heard.keys, told, heard.seen.last, number)
    return exchange.give(conn, heard.station, over, heard.settings, heard.now, agreed=True, known=known)


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


def _answered(heard: _Heard, pushed: Pushed, down: Pulled, given: Receipt | None) -> Exchanged:
    said = heard.seen.settings
    latest, recipient = max(heard.seen.latest, down.cursor), said.get(bundle_keys.RECIPIENT, "")
    hello = heard.said.hello
    welcome = exchange.welcome(heard.station, hello, said["unit"], heard.keys, recipient, latest, heard.now)
    return Exchanged(welcome, pushed, down, given, _time(heard, down))


def _time(heard: _Heard, down: Pulled) -> bytes:
    """The time under this district's signature, where no receipt says it and the station has something to write."""
    signer, public = heard.settings.signer, heard.keys.present
    if heard.said.proof or signer is None or not public:
        return b""
    if not heard.page.frames and down.cursor == heard.said.asked.upto:
        return b""
    said = TimeSaid(district=heard.seen.settings["unit"], store=heard.station.device.store, at=heard.now)
    return sign_time(said, signer.secret_of(public))
