"""What closing a matter still needs (办结要件): the district's table, against what is there."""

from __future__ import annotations

from datetime import date

from desktop.actions.rule_tables import closings
from desktop.store.links import (
    agreements_of,
    attachments_of,
    mediation_events_of,
    mediations_of_matter,
    orders_of_matter,
    replies_of,
    steps_of,
)
from desktop.store.reader import Reader
from sync.records.artefacts import Alternatives, Artefact, missing
from sync.records.matters import Matter, StepKind
from sync.records.orders import ReplyKind
from sync.records.seen import standing

_BY_STEP = {
    StepKind.RESOLVED: Artefact.STATEMENT,
    StepKind.OPINION: Artefact.REPLY,
    StepKind.ACKNOWLEDGED: Artefact.ACKNOWLEDGEMENT,
    StepKind.FED_BACK: Artefact.FEEDBACK,
}


def wanting(reader: Reader, matter: Matter, on: date) -> tuple[Alternatives, ...]:
    """Return what closing ``matter`` still needs; of alternatives any one is enough."""
    return missing(closings(reader, on), matter.nature.value, there(reader, matter.id))


def there(reader: Reader, matter: str) -> frozenset[Artefact]:
    """Return what proves that something was done in a matter."""
    found = {_BY_STEP[s.kind] for s in standing(steps_of(reader, matter))[0].values() if s.kind in _BY_STEP}
    for file in attachments_of(reader, matter):
        if not file.withdrawn:
            found |= {Artefact.FILE} | ({Artefact.PHOTO} if file.media_type.startswith("image/") else set())
    for mediation in mediations_of_matter(reader, matter):
        found |= {Artefact.RECORD} if mediation_events_of(reader, mediation.id) else set()
    found |= {Artefact.AGREEMENT} if agreements_of(reader, matter) else set()
    orders = [order.id for order in orders_of_matter(reader, matter)]
    solved = any(r.kind is ReplyKind.RESOLVED for order in orders for r in replies_of(reader, order))
    return frozenset(found | ({Artefact.REPLY} if solved else set()))
