"""An accusation (检举控告) is sealed as it is handed in: this desk keeps what it cannot read, and who gets it.

What the form held goes into one envelope and nowhere else: not into a draft, the index, a list or the log. Each of its
files goes into an envelope of its own, whose name and kind stand in the first one. The matter that stands for it says
nothing of it (信访工作条例 30).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from desktop.actions.attachments import FILES, HELD, Content, must_take
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.reading import Answers
from desktop.actions.sheets import said
from desktop.forms.accusations import ACCUSATION_FORM
from desktop.forms.form import Draft
from desktop.printing.station.values import AccusationReceiptSheet
from desktop.session import Session
from desktop.store.accusations import accusations
from desktop.store.bundles import known_district
from desktop.store.files import put_file
from desktop.store.journal import known_capabilities
from desktop.store.links import attachments_of
from desktop.store.reader import Reader
from desktop.store.units import unit_of, units
from sync.protocol.envelopes import seal_file, seal_text
from sync.protocol.version import SEALED_FILES
from sync.records.accusations import Accusation, receiving_body
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.media import ENVELOPE
from sync.records.papers import Attachment
from sync.records.record import Made
from sync.records.telephones import written_phone
from sync.records.visits import Channel

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I and L: the code is read out and written down."""
_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class AccusationRow:
    """What this desk may say of an accusation."""

    id: str
    code: str
    happened_at: datetime
    to: str
    matter: str


def seal_accusation(desk: Desk, draft: Draft) -> Done:
    """Seal ACCUSATION_FORM's answers to the body that is not the accused one; ``Done.number`` is the accuser's code.

    Refused("actions.no_way_past_accused", "actions.no_body_for_accusations") and RuleBroken leave nothing behind.
    """
    desk.must_may("accusation")
    files = [row[HELD] for row in draft.get(FILES) or []]
    if files:
        desk.must_may("attachment")
    for place, file in enumerate(files):
        must_take([other.digest for other in files[:place]], file)
    answers = Answers.of(ACCUSATION_FORM, draft)
    made = desk.made()
    happened_at = answers.moment_or("happened_at", made.at)
    if happened_at > made.at:
        raise RuleBroken("actions.in_the_future", field="happened_at")
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    with desk.store.read() as reader:
        unit, recipient = _reader_for(reader, answers.line("accused_unit") or None)
        _must_take(reader, files)
    sealed_files = [_Sealed(file, seal_file(file.content, recipient)) for file in files]
    letter = seal_text(_letter(answers, code, happened_at, sealed_files), recipient)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        if (unit, recipient) != _reader_for(work, answers.line("accused_unit") or None):
            raise Refused("actions.accusation_key_changed")
        matter = Matter(
            id=new_id("matter"),
            made=made,
            title=said("actions.sealed_accusation", code=code),
            nature=Nature.ACCUSATION,
            unit=desk.session.unit,
            discovered_at=happened_at,
        )
        sealed = Accusation(
            id=str(draft.get("_id") or new_id("accusation")),
            made=made,
            matter=matter.id,
            code=code,
            to_unit=unit,
            recipient=recipient,
            sealed=letter,
            happened_at=happened_at,
        )
        passed = Step(
            id=new_id("step"),
            made=made,
            matter=matter.id,
            kind=StepKind.TRANSFERRED,
            happened_at=made.at,
            to_unit=unit,
        )
        for record in (matter, sealed, passed):
            work.add(record)
        for place, file in enumerate(sealed_files, 1):
            put_file(work, file.digest, file.content)
            work.add(file.record(made, sealed.id, f"{place}.age"))
    return Done(sealed.id, code, work.changes)


def accusation_rows(desk: Desk) -> list[AccusationRow]:
    """Return the accusations that were sealed at this unit, the newest first: when, and to whom they go."""
    with desk.store.read() as reader:
        names = {unit: known.name for unit, known in units(reader).items()}
        found = accusations(reader)
    return [AccusationRow(a.id, a.code, a.happened_at, names.get(a.to_unit, a.to_unit), a.matter) for a in found]


def accusation_of(reader: Reader, matter: str) -> Accusation | None:
    """Return the accusation that the matter ``matter`` stands for; None where it stands for none."""
    return next((one for one in accusations(reader) if one.matter == matter), None)


def accusation_receipt(reader: Reader, session: Session, accusation_id: str) -> AccusationReceiptSheet:
    """检举控告受理回执 for the accuser: number, day, who gets it, how many files; nothing of what it says."""
    found = reader.get(accusation_id)
    if not isinstance(found, Accusation):
        raise Refused("store.no_such_record", id=accusation_id)
    body, station = unit_of(reader, found.to_unit), unit_of(reader, found.made.unit)
    return AccusationReceiptSheet(
        number=found.code,
        station=station.name if station else session.unit_name,
        body=body.name if body else found.to_unit,
        received_at=found.made.at,
        files=sum(1 for file in attachments_of(reader, found.id) if file.media_type == ENVELOPE),
        phone=written_phone(station.telephone) if station and station.telephone else "",
    )


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A file in its envelope; ``id`` and ``digest`` are those of the attachment that carries it."""

    file: Content
    content: bytes
    id: str = field(default_factory=lambda: new_id("attachment"))
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.content).hexdigest())

    def record(self, made: Made, accusation: str, name: str) -> Attachment:
        """The attachment that says nothing of what it carries."""
        return Attachment(
            id=self.id,
            made=made,
            subject=accusation,
            name=name,
            media_type=ENVELOPE,
            size=len(self.content),
            digest=self.digest,
        )

    def told(self) -> dict[str, str]:
        """What the letter says of it."""
        file = self.file
        return {"attachment": self.id, "name": file.name, "media_type": file.media_type, "sha256": file.digest}


def _must_take(reader: Reader, files: Sequence[Content]) -> None:
    """Refused where the district would not take envelopes: its program is older than this one."""
    if files and SEALED_FILES not in known_capabilities(reader):
        raise Refused("actions.accusation_no_files")


def _letter(answers: Answers, code: str, happened_at: datetime, files: Sequence[_Sealed]) -> str:
    """What the reader finds in the envelope."""
    told: dict[str, Any] = {
        "code": code,
        "happened_at": happened_at.isoformat(),
        "channel": answers.choice("channel", Channel, Channel.WALK_IN).value,
        "accused_unit": answers.line("accused_unit"),
        "accused": answers.line("accused"),
        "text": answers.text("text"),
        "name": answers.name("name"),
        "contact": answers.line("contact"),
    }
    if files:
        told["files"] = [file.told() for file in files]
    return json.dumps(told, ensure_ascii=False)


def _reader_for(reader: Reader, accused: str | None) -> tuple[str, str]:
    """Return whom it goes to and the key that it is sealed to.

    Where no body publishes a key, the district's own (the one of bundles) is taken.
    """
    known = units(reader)
    if accused and accused not in known:
        raise RuleBroken("actions.no_such_choice", field="accused_unit")
    body = receiving_body(known, accused)
    if body is not None:
        return body.unit, body.recipient
    district, recipient = known_district(reader)
    taking = any(u.recipient and u.closed_on is None for u in known.values())
    if taking or (accused and accused == district):
        unit = unit_of(reader, accused or district)
        raise Refused("actions.no_way_past_accused", unit=unit.name if unit else "")
    if not (district and recipient):
        raise Refused("actions.no_body_for_accusations")
    return district, recipient
