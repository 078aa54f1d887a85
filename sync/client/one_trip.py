"""A whole exchange in one request, where all that is unsent fits in it: said, and what the answer settles.

Whatever the answer leaves out is asked for by pages, on from what is settled by then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from msgspec import structs

from sync.client.district import District
from sync.client.journal import Journal, Settled, Standing
from sync.client.pages import Stop, answered
from sync.protocol.messages import Exchange, Exchanged, Frame, Hello, Numbered, Pulled, Push, Receipt, ReceiptAsked
from sync.protocol.pages import BAD_PAGE, numbered, page_of
from sync.protocol.receipts import Statement, of_receipt, time_of
from sync.protocol.version import MAX_PAGE_BYTES, MAX_PAGE_RECORDS, ONE_TRIP
from sync.records.errors import Damaged, Refused

_BY_PAGES: Final = frozenset({"protocol.no_such_address", BAD_PAGE})
"""What a district says that has become an older one, or to a page that was damaged on its way."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an exchange has come to so far."""

    pushed: int = 0
    settled: Settled = field(default_factory=Settled)
    pulled: int = 0


Proof = tuple[Receipt, bool]
"""The receipt that ends an exchange, and whether it is signed and proves this store's journal."""


@dataclass(frozen=True, slots=True)
class Trip:
    """What was said in one request, and what was heard."""

    asked: ReceiptAsked
    records: Sequence[Frame]
    heard: Exchanged

    def conclude(self, journal: Journal, trusted: tuple[bytes, ...]) -> tuple[Done, Proof | None]:
        """Settle what was answered, store what came down, and keep the receipt where it is over just that.

        ``trusted`` are the district's keys, the present one last. Without a receipt the rest is to be said by pages.
        """
        pushed = self.heard.pushed
        if pushed is None:
            return Done(), None
        answers = answered(self.records, pushed) if self.records else []
        page, cursor = _page(self.heard.pulled) or ([], self.asked.upto)
        receipt = self.heard.receipt
        statement = of_receipt(receipt, trusted[-1:]) if receipt else None
        if statement is not None and not self._is_ours(statement):
            receipt = statement = None
        if (at := self._signed_at(statement, trusted)) is not None:
            journal.hear(at)
        done = journal.conclude(answers, page, cursor, receipt, statement)
        if pushed.missing:
            journal.send_missing(pushed.missing)
        ended = receipt is not None and done.kept and not pushed.missing
        return Done(len(answers), done.settled, done.new), (receipt, done.proved) if receipt and ended else None

    def _signed_at(self, statement: Statement | None, trusted: tuple[bytes, ...]) -> datetime | None:
        """The time that the district signed in this answer: by itself, or in its receipt."""
        if statement is not None or not self.heard.time:
            return statement.at if statement else None
        said = time_of(self.heard.time, trusted[-1:])
        ours = (said.store, said.district) == (self.asked.store, self.heard.welcome.district)
        return said.at if ours else None

    def unproved(self) -> Trip:
        """The same without its receipt: an exchange in the background proves nothing."""
        return replace(self, heard=structs.replace(self.heard, receipt=None))

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left for pages: neither records up nor records down."""
        pushed, pulled = self.heard.pushed, self.heard.pulled
        return (
            pushed is not None
            and not pushed.missing
            and pulled is not None
            and not pulled.more
            and _page(pulled) is not None
        )

    def _is_ours(self, statement: Statement) -> bool:
        """Whether it is this district's word to this store; what it is over, the journal looks at itself."""
        return (statement.store, statement.district) == (self.asked.store, self.heard.welcome.district)


def said(
    journal: Journal,
    district: District,
    standing: Standing,
    hello: Hello,
    receipt_asked: Callable[[], ReceiptAsked],
    stop: Stop,
    *,
    proof: bool = True,
) -> Trip | None:
    """Say all of it in one request; None where it has to be said by pages: to an older district, or too much."""
    if ONE_TRIP not in standing.capabilities or standing.unsent > MAX_PAGE_RECORDS:
        return None
    stop()
    records = journal.frames(MAX_PAGE_RECORDS, MAX_PAGE_BYTES, 0)[0] if standing.unsent else []
    if len(records) < standing.unsent or (records and len(records[0].body) > MAX_PAGE_BYTES):
        return None
    asked = receipt_asked()
    push = Push(standing.store, [], page_of(records) if records else None)
    try:
        heard = district.exchange(Exchange(hello, b"".join(standing.trusted[-1:]), push, asked, proof))
    except (Refused, Damaged) as error:
        if error.key not in _BY_PAGES:
            raise
        return None
    return Trip(asked, records, heard)


def _page(pulled: Pulled | None) -> tuple[list[Numbered], int] | None:
    """The page that came down, and the cursor after it; None where it is damaged or none came."""
    if pulled is None:
        return None
    try:
        return numbered(pulled), pulled.cursor
    except Damaged:
        return None
