"""The papers that a resident takes home from a visit: the receipt with its query code, and the privacy notice."""

from __future__ import annotations

from desktop.actions.query_codes import code_owner
from desktop.actions.receipts import receipt_of
from desktop.actions.takers import taking_part
from desktop.actions.units import own_unit
from desktop.actions.visit_history import StandingVisit, standing_visit
from desktop.printing.station.values import PrivacySheet, ReceiptSheet
from desktop.session import Session
from desktop.store.reader import Reader
from desktop.store.units import units
from resources import wording
from sync.records.errors import Refused
from sync.records.matters import Matter
from sync.records.persons import Person
from sync.records.query_codes import query_code
from sync.records.telephones import written_phone
from sync.records.visits import REPORTED


def receipt_sheet(reader: Reader, session: Session, visit_id: str) -> ReceiptSheet:
    """登记回执 for whoever came; in English too where the first of them is a foreigner.

    Refused("actions.no_receipt_of_report") where nobody came for himself: there is nobody to give it to.
    """
    found = standing_visit(reader, visit_id)
    visit, visitor = found.stands, _visitor(reader, found)
    if visit.channel in REPORTED or visitor is None:
        raise Refused("actions.no_receipt_of_report")
    unit = units(reader).get(visit.made.unit)
    matter = reader.find(visit.matter, Matter)
    about = (reader, session, visit, unit, matter, visitor.name)
    return ReceiptSheet(
        number=visit.number,
        unit=unit.name if unit else session.unit_name,
        receipt=receipt_of(*about),
        code=query_code(visit.number, code_owner(found)),
        english=receipt_of(*about, words=wording("en")) if visitor.nationality else None,
    )


def privacy_sheet(reader: Reader, session: Session, visit_id: str) -> PrivacySheet:
    """个人信息处理告知书 for whoever came, by this desk's unit."""
    visitor = _visitor(reader, standing_visit(reader, visit_id))
    unit = own_unit(reader, session)
    return PrivacySheet(
        number="",
        unit=unit.name if unit else session.unit_name,
        phone=written_phone(unit.telephone) if unit and unit.telephone else "",
        address=unit.address if unit else "",
        told=visitor.name if visitor else "",
    )


def _visitor(reader: Reader, found: StandingVisit) -> Person | None:
    """The first of those who came; a hidden reporter is nobody to whom a paper is given."""
    for part in taking_part(reader, found.root):
        person = reader.find(part.party, Person)
        if not part.hidden and person is not None and person.name:
            return person
    return None
