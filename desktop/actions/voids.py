"""Numbers of papers that are not used (作废): voided with a reason, and never printed again."""

from __future__ import annotations

from desktop.actions.desk import Desk, Done
from desktop.store.links import agreements_of, signatures_of
from desktop.store.store import Reader
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import effective_on
from sync.records.kinds import new_id
from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.papers import NumberVoid, Series
from sync.records.times import BEIJING


def is_void(reader: Reader, subject: str) -> bool:
    """Whether the number of an order or agreement was voided."""
    return reader.meta(f"void.{subject}") is not None


def standing_agreements(reader: Reader, mediation_id: str) -> list[Agreement]:
    """Return a mediation's agreements that no later version replaces, the last one last; several where each of many
    persons has his own. One with a void number is none, and replaces nothing.
    """
    found = [paper for paper in agreements_of(reader, mediation_id) if not is_void(reader, paper.id)]
    gone = {paper.amends for paper in found}
    return sorted((paper for paper in found if paper.id not in gone), key=lambda a: (a.version, a.id))


def must_not_be_void(reader: Reader, subject: str) -> None:
    """Raise Refused where the number of an order or agreement was voided: a paper of it would look valid."""
    if is_void(reader, subject):
        raise Refused("actions.number_void_no_paper")


def _series(found: DispatchOrder | Agreement) -> Series:
    if isinstance(found, DispatchOrder):
        return Series.ORDER
    administrative = found.clause_version.startswith("administrative")
    return Series.ADMINISTRATIVE if administrative else Series.AGREEMENT


def void_number(desk: Desk, subject: str, reason: str) -> Done:
    """Record that the number of an order or agreement is not used (作废), with the reason; it is never given again.

    An agreement in force keeps its number: it is changed by a new version.
    """
    desk.must_may("number_void")
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken("actions.required", field="reason")
    with desk.store.write() as work:
        found = work.get(subject)
        if not isinstance(found, (DispatchOrder, Agreement)):
            raise Refused("store.no_such_record", id=subject)
        if isinstance(found, Agreement) and effective_on(found, signatures_of(work, subject)) is not None:
            raise Refused("actions.agreement_in_force", number=found.number)
        if work.meta(f"void.{subject}") is not None:
            return Done(str(work.meta(f"void.{subject}")), found.number)
        void = NumberVoid(
            id=new_id("number_void"),
            made=desk.made(),
            series=_series(found),
            unit=found.made.unit,
            year=found.made.at.astimezone(BEIJING).year,
            number=found.number,
            reason=reason,
        )
        work.add(void)
        work.set_meta(f"void.{subject}", void.id)
    return Done(void.id, found.number, work.changes)
