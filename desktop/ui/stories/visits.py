"""A visit as it is told: who came, what was asked, and what became of it."""

from __future__ import annotations

from datetime import datetime

from desktop.actions.visit_history import standing_visit
from desktop.store.reader import Reader
from desktop.store.units import staff_names
from desktop.ui.models.status import Status
from desktop.ui.stories.files import files_told
from desktop.ui.stories.parts import in_time, parties, prints
from desktop.ui.stories.story import Event, FileLine, Story
from desktop.ui.words import moment
from resources import Wording
from sync.records.matters import Matter
from sync.records.papers import AttachmentPurpose
from sync.records.visits import Visit


def visit_story(words: Wording, reader: Reader, visit_id: str) -> Story:
    """Tell one visit."""
    visit = reader.get(visit_id)
    assert isinstance(visit, Visit)  # noqa: S101 the list holds nothing else
    facts = (
        *parties(reader, words, visit.id),
        (words("forms.field_headcount"), str(visit.headcount) if visit.headcount > 1 else ""),
        (words("forms.field_happened_at"), moment(visit.happened_at)),
        (words("forms.field_category"), _category(words, visit)),
        (words("forms.field_place"), visit.place),
        (words("window.registered_by"), staff_names(reader).get(visit.made.by, "")),
        (words("forms.field_late_reason"), visit.late_reason),
        (words("forms.field_remark"), visit.remark),
    )
    events = [*_events(words, reader, visit), *prints(reader, words, visit.id)]
    files = files_told(reader, words, visit.id)
    return Story(
        visit.id,
        visit.number or words("window.no_number"),
        statuses=(*_statuses(words, visit), *_checked(words, reader, visit, files)),
        facts=facts,
        text=visit.text,
        events=in_time(events),
        files=files,
    )


def _statuses(words: Wording, visit: Visit) -> tuple[Status, ...]:
    told = [
        Status(words(f"records.channel_{visit.channel.value}"), "accent", "visits"),
        Status(words(f"records.purpose_{visit.purpose.value}"), "calm"),
    ]
    if visit.group:
        told.append(Status(words("window.group_visit"), "warn", "people"))
    if visit.answered:
        told.append(Status(words("window.answered"), "good", "check"))
    return tuple(told)


def _checked(words: Wording, reader: Reader, visit: Visit, files: tuple[FileLine, ...]) -> list[Status]:
    """Whether the resident has checked what stands, or only what stood before a correction."""
    checks = [f.at for f in files if f.purpose == AttachmentPurpose.CONFIRMATION and not f.withdrawn and f.at]
    if not checks:
        return []
    stands = standing_visit(reader, visit.id).stands
    if stands.amend_reason and stands.made.at > max(checks):
        return [Status(words("confirm.done_before"), "warn", "person")]
    return [Status(words("confirm.done"), "good", "person")]


def _category(words: Wording, visit: Visit) -> str:
    told = words(f"records.category_{visit.category.value}")
    return f"{told} ({visit.category_word})" if visit.category_word else told


def _events(words: Wording, reader: Reader, visit: Visit) -> list[tuple[datetime, Event]]:
    told: list[tuple[datetime, Event]] = [
        (visit.made.at, Event(moment(visit.made.at), words("window.event_logged"), "", "visits", "accent"))
    ]
    if visit.answered:
        told.append(
            (visit.made.at, Event(moment(visit.made.at), words("window.answered"), visit.answer, "chat", "good"))
        )
    matter = reader.find(visit.matter, Matter)
    if matter is not None:
        told.append(
            (
                matter.made.at,
                Event(moment(matter.made.at), matter.title, words("window.event_matter"), "matters", "info", matter.id),
            )
        )
    earlier = reader.find(visit.like, Visit)
    if earlier is not None:
        told.append(
            (
                earlier.happened_at,
                Event(
                    moment(earlier.happened_at),
                    earlier.number,
                    words("window.event_like"),
                    "visits",
                    "warn",
                    earlier.id,
                ),
            )
        )
    return told
