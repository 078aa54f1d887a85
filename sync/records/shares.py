"""Whether the shares of many persons hold together: everybody is a party once, and the sums are one and the same.

What a court would refuse as unclear (民诉法解释 358) starts here: a list that does not add up to what was agreed.
"""

from __future__ import annotations

from sync.records.errors import RuleBroken
from sync.records.mediations import Agreement
from sync.records.money import yuan_words


def check_shares(agreement: Agreement) -> None:
    """Raise RuleBroken for the first thing wrong with the shares; nothing where there are none.

    The sum of the persons equals the sum of the instalments that have an amount, and the total where one was named.
    """
    if not agreement.shares:
        return
    parties = {party.party for party in agreement.parties if not party.organisation}
    seen: set[str] = set()
    for place, share in enumerate(agreement.shares):
        field = f"shares.{place}"
        if share.party not in parties:
            raise RuleBroken("records.share_of_nobody", field=f"{field}.name", name=share.name)
        if share.party in seen:
            raise RuleBroken("records.share_twice", field=f"{field}.name", name=share.name)
        if share.amount_fen <= 0:
            raise RuleBroken("records.share_amount", field=f"{field}.amount", name=share.name)
        seen.add(share.party)
    if len({party.side for party in agreement.parties if party.party in seen}) > 1:
        raise RuleBroken("records.shares_two_sides", field="shares")
    _check_sums(agreement)


def _check_sums(agreement: Agreement) -> None:
    persons = sum(share.amount_fen for share in agreement.shares)
    instalments = sum(term.amount_fen or 0 for term in agreement.terms)
    said = {"persons": yuan_words(persons), "instalments": yuan_words(instalments)}
    if off := persons - instalments:
        key = "records.shares_exceed" if off > 0 else "records.shares_fall_short"
        raise RuleBroken(key, field="shares", difference=yuan_words(abs(off)), **said)
    if agreement.total_fen is not None and (off := persons - agreement.total_fen):
        said |= {"total": yuan_words(agreement.total_fen), "difference": yuan_words(abs(off))}
        raise RuleBroken("records.shares_not_total", field="total", **said)
