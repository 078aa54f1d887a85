"""The shares of an agreement out of a form's rows: whose each is, with its account encrypted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop.actions.accounts import TAIL, keep_account, masked, normal_account
from desktop.actions.matters import yuan
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.store.store import Reader, Work
from sync.records.documents import normal_number
from sync.records.errors import RuleBroken
from sync.records.mediations import PartyBlock, Share
from sync.records.names import mask_number
from sync.records.persons import Person


def read_shares_of(
    work: Work, answers: Answers, blocks: Sequence[PartyBlock], before: Sequence[Share] = ()
) -> tuple[Share, ...]:
    """Return the shares that the rows of ``shares`` tell, each of one of the parties ``blocks``.

    An account that is not typed again stays that of ``before``, the version that is changed. RuleBroken beside the row
    where nobody, or more than one party, is meant.
    """
    known = {share.party: share for share in before}
    return tuple(_share(work, row, blocks, known) for row in answers.rows("shares"))


def _share(work: Work, row: Answers, blocks: Sequence[PartyBlock], known: Mapping[str, Share]) -> Share:
    party = _meant(work, row, blocks)
    account = normal_account(row.line("account"), row.path("account"))
    amount = row.fen("amount")
    if amount is None:
        raise RuleBroken("actions.required", field=row.path("amount"))
    earlier = known.get(party.id)
    kept = (earlier.account, earlier.account_tail) if earlier is not None and not account else None
    return Share(
        party=party.id,
        name=party.name,
        document=mask_number(party.document.number),
        period=row.line("period"),
        amount_fen=amount,
        account=kept[0] if kept else keep_account(work, account, party.id),
        account_tail=kept[1] if kept else account[-TAIL:],
        bank=row.line("bank"),
    )


def _meant(reader: Reader, row: Answers, blocks: Sequence[PartyBlock]) -> Person:
    """The party of that name; of several the one with that document number."""
    name, number = row.name("name"), normal_number(row.line("number"))
    cards = [reader.find(block.party, Person) for block in blocks if block.name == name]
    named = [card for card in cards if card is not None]
    exact = [person for person in named if number and person.document.number == number]
    found = exact or [p for p in named if not number or not p.document.number]
    if len(found) == 1:
        return found[0]
    key = "actions.share_ambiguous" if len(found) > 1 else "actions.share_nobody"
    raise RuleBroken(key, field=row.path("name"), name=name)


def share_rows(shares: Sequence[Share]) -> list[Draft]:
    """Return the rows of shares that stand, for a new version. Nobody sees an account: it stays unless typed anew."""
    return [
        {"name": s.name, "number": "", "period": s.period, "amount": yuan(s.amount_fen), "account": "", "bank": s.bank}
        for s in shares
    ]


def shown_account(share: Share) -> str:
    """Return a share's account as screens and papers for everybody show it."""
    return masked(share.account_tail)


def shares_so_far(rows: Sequence[Mapping[str, Any]], fen: Callable[[Mapping[str, Any]], int]) -> tuple[Share, ...]:
    """Return the shares of a form that is still being typed, without looking anybody up."""
    found = []
    for row in rows:
        name = str(row.get("name") or "")
        account = "".join(c for c in str(row.get("account") or "") if c.isdigit())
        if name:
            found.append(
                Share(
                    party="",
                    name=name,
                    document=mask_number(normal_number(str(row.get("number") or ""))),
                    period=str(row.get("period") or ""),
                    amount_fen=fen(row),
                    account_tail=account[-TAIL:],
                    bank=str(row.get("bank") or ""),
                )
            )
    return tuple(found)
