"""What a matter's pane says of its road: who has it, whether it came in time, what was found, what is still due."""

from __future__ import annotations

from datetime import datetime

from desktop.actions.closing import wanting
from desktop.actions.rule_tables import moment_limits, sources
from desktop.store.links import participations_of, visits_of_matter
from desktop.store.reader import Reader
from desktop.ui.stories.parts import unit_names
from desktop.ui.words import moment
from resources import Wording
from sync.records.matter_state import OPEN_STAGES, MatterState
from sync.records.matters import Matter, Nature
from sync.records.participations import PartyRole
from sync.records.punctuality import InTime, Moment, punctuality
from sync.records.times import BEIJING
from sync.records.visits import Category

_OVER = (InTime.LATE, InTime.OVERDUE)


def road_facts(
    words: Wording, reader: Reader, matter: Matter, state: MatterState, now: datetime
) -> list[tuple[str, str]]:
    """Return the five moments with their punctuality, who found the matter, who has it, and what came of it."""
    today = now.astimezone(BEIJING).date()
    limits, _set = moment_limits(reader, matter.nature, today)
    labels = {s.name: s.label for s in sources(reader, today)}
    names = unit_names(reader)
    found = [
        (words(f"records.moment_{m.name}"), _moment(words, m)) for m in punctuality(matter.nature, state, limits, now)
    ]
    found.append((words("forms.field_source"), labels.get(matter.source, matter.source)))
    found.append((words("window.matter_held_by"), names.get(state.held_by or "", state.held_by or "")))
    comma = words("window.list_comma")
    found.append(
        (
            words("forms.field_conclusions"),
            comma.join(words(f"records.conclusion_{o.value}") for o in state.conclusions),
        )
    )
    if state.satisfied is not None:
        found.append((words("forms.field_satisfied"), words(f"forms.satisfied_{'yes' if state.satisfied else 'no'}")))
    return found


def _moment(words: Wording, told: Moment) -> str:
    """When it was and whether in time; where it is awaited, until when."""
    if told.at is not None:
        late = f"  {words('records.intime_late')}" if told.in_time is InTime.LATE else ""
        return f"{moment(told.at)}{late}"
    if told.in_time in (InTime.WAITING, InTime.OVERDUE):
        key = "window.moment_overdue" if told.in_time is InTime.OVERDUE else "window.moment_until"
        return words(key, due=moment(told.due))
    return ""


def road_warnings(words: Wording, reader: Reader, matter: Matter, state: MatterState, now: datetime) -> list[str]:
    """Return what somebody has to do: report, ask after an answer, do it anew, and what a closing would still need."""
    names = unit_names(reader)
    found = []
    if matter.must_report and not state.police_told:
        found.append(words("forms.duty_to_report"))
    if _wants_representatives(reader, matter) and state.state in OPEN_STAGES:
        found.append(words("window.matter_representatives"))
    if state.passed_to and state.state in OPEN_STAGES:
        found.append(words("window.matter_not_taken", unit=names.get(state.passed_to, state.passed_to)))
    if state.satisfied is False and state.state in OPEN_STAGES:
        found.append(words("window.matter_redo", times=state.redone))
    if state.state.value in ("resolved", "acknowledged", "fed_back"):
        wants = wanting(reader, matter, now.astimezone(BEIJING).date())
        if wants:
            found.append(words("window.closing_wants", needs=needs_told(words, wants)))
    return found


def _wants_representatives(reader: Reader, matter: Matter) -> bool:
    """Five or more who came about a petition choose up to five who speak for them (信访工作条例 20); all are
    registered before that. Labour disputes know no such cap (劳动争议调解仲裁法 7)."""
    if matter.nature is not Nature.PETITION or matter.category is Category.LABOUR:
        return False
    groups = [visit.id for visit in visits_of_matter(reader, matter.id) if visit.group]
    named = {p.role for visit in groups for p in participations_of(reader, visit)}
    return bool(groups) and PartyRole.REPRESENTATIVE not in named


def needs_told(words: Wording, needs: tuple[tuple[str, ...], ...]) -> str:
    """Return what is wanting: one of each group."""
    groups = ("/".join(words(f"records.artefact_{one}") for one in need) for need in needs)
    return words("window.list_comma").join(groups)
