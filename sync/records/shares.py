"""Whether the shares of many persons hold together: everybody is a party once, and the sums are one and the same.

What a court would refuse as unclear (民诉法解释 358) starts here: a list that does not add up to what was agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sync.records.errors import RuleBroken
from sync.records.mediations import Agreement, Share, Term
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


def one_each(agreement: Agreement, ids: Sequence[str]) -> list[Agreement]:
    """Return an agreement for each share: that person and the other sides, and the one instalment at that amount.

    ``ids`` are those of the agreements, one for each share. RuleBroken("records.one_each_one_instalment") where there
    is not exactly one term with an amount: how several instalments divide among persons, nobody said.
    """
    paid = [place for place, term in enumerate(agreement.terms) if term.amount_fen]
    if len(paid) != 1:
        raise RuleBroken("records.one_each_one_instalment", field="terms")
    named = {share.party for share in agreement.shares}
    side = next(party.side for party in agreement.parties if party.party in named)
    others = tuple(party for party in agreement.parties if party.side != side)
    extra = agreement.copies - len(agreement.parties)
    return [
        replace(
            agreement,
            id=one,
            parties=(*(party for party in agreement.parties if party.party == share.party), *others),
            terms=_terms_of(agreement, paid[0], share),
            total_fen=None,
            shares=(share,),
            copies=len(others) + 1 + extra,
        )
        for one, share in zip(ids, agreement.shares, strict=True)
    ]


def _terms_of(agreement: Agreement, place: int, share: Share) -> tuple[Term, ...]:
    """The terms with the instalment at ``place`` as one person's: his amount, his period."""
    term = agreement.terms[place]
    text = f"{term.text.strip().rstrip('。；;')}（{share.period}）" if share.period else term.text
    own = replace(term, text=text, amount_fen=share.amount_fen)
    return (*agreement.terms[:place], own, *agreement.terms[place + 1 :])


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
