"""付款明细表: an agreement's shares with their whole account numbers, for whoever pays."""

from __future__ import annotations

from desktop.actions.accounts import account_of
from desktop.actions.sheets import share_line
from desktop.actions.signatures import agreement
from desktop.printing.station.values import PaymentSheet
from desktop.session import Session
from desktop.store.reader import Reader
from sync.records.errors import Refused
from sync.records.matters import Matter
from sync.records.mediations import Agreement
from sync.records.shares import check_shares


def payment_sheet(reader: Reader, _session: Session, agreement_id: str) -> PaymentSheet:
    """Return the payer's list. Refused where there are no shares, or another desk entered an account."""
    paper = agreement(reader, agreement_id)
    check_shares(paper)
    if not paper.shares:
        raise Refused("actions.no_shares")
    lines = []
    for share in paper.shares:
        account = account_of(reader, share)
        if account is None:
            raise Refused("actions.account_of_other_desk", name=share.name)
        lines.append(share_line(share, account))
    matter = reader.find(paper.matter, Matter)
    return PaymentSheet(
        number=paper.number,
        payer="、".join(_payers(paper)),
        matter=matter.title if matter else "",
        shares=tuple(lines),
    )


def _payers(paper: Agreement) -> list[str]:
    """Who pays, as the terms say; else whoever stands on another side than those who are paid."""
    paid = {share.party for share in paper.shares}
    sides = {term.payer for term in paper.terms if term.amount_fen and term.payer}
    sides = sides or {p.side for p in paper.parties} - {p.side for p in paper.parties if p.party in paid}
    return [party.name for party in paper.parties if party.side in sides]
