"""What a resident says on the telephone: the query code of a receipt, looked up and answered only where it is right."""

from __future__ import annotations

from desktop.actions.visit_history import StandingVisit, standing_visit
from desktop.store.search import search
from desktop.store.store import Reader
from sync.records.errors import RuleBroken
from sync.records.query_codes import check_of, parted


def code_owner(visit: StandingVisit) -> str:
    """Return the id by which a visit's code is made: its own, or that of the blank form on which it was written."""
    return visit.stands.blank or visit.root


def number_meant(reader: Reader, text: str) -> str:
    """Return the number that a query code stands for; any other text as it is.

    RuleBroken("actions.query_code_wrong") where no visit has the number together with these characters: a slip of the
    pen, or somebody who saw a number that is not his.
    """
    code = parted(text)
    if code is None:
        return text
    number, check = code
    for hit in search(reader, number, kinds={"visit"}):
        visit = standing_visit(reader, hit.id)
        if visit.stands.number.endswith(number) and check_of(visit.stands.number, code_owner(visit)) == check:
            return visit.stands.number
    raise RuleBroken("actions.query_code_wrong", field="text", code=f"{number}/{check}")
