"""A referral as it is told: for what, by whom and to whom, until when, and what may be said of what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.actions.desk import Desk
from desktop.actions.referrals import ReferralHere, Sought, people_of, referrals_here
from desktop.store.units import staff_names
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import clock_status
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import day, moment
from resources import Wording
from sync.records.matters import Step
from sync.records.open_clocks import Standing, ahead
from sync.records.referrals import RESULT, ReferralState, may_open
from sync.records.telephones import written_phone

OPEN_KEPT: Final = "open_kept"
_LOOKS: Final = {
    ReferralState.WAITING: ("warn", "clock"),
    ReferralState.UNDER_WAY: ("info", "visit_again"),
    ReferralState.OVER: ("good", "check"),
}


@dataclass(frozen=True, slots=True)
class Referrals:
    """What the page lists, with the names of the staff by identity."""

    rows: tuple[ReferralHere, ...] = ()
    names: Mapping[str, str] | None = None


def read_referrals(desk: Desk) -> Referrals:
    """Read what the page lists."""
    rows = tuple(referrals_here(desk))
    with desk.store.read() as reader:
        return Referrals(rows, staff_names(reader))


def read_people(desk: Desk, one: ReferralHere) -> list[Sought]:
    """Return whom whoever takes the referral has to reach; to others the matter says who takes part."""
    return people_of(desk, one.id) if one.mine else []


def state_status(words: Wording, one: ReferralHere) -> Status:
    """How far it is."""
    return Status(words(f"records.referralstate_{one.referral.state.value}"), *_LOOKS[one.referral.state])


def due_status(words: Wording, one: ReferralHere, now: datetime) -> Status:
    """How long until something is to be heard of it; nothing where it is over."""
    if one.due is None:
        return Status("", "calm")
    left = one.due - now
    near = Standing.SOON if left <= ahead(RESULT) else Standing.RUNNING
    return clock_status(words, Standing.OVERDUE if one.due < now else near, left)


def whose(words: Wording, one: ReferralHere, names: Mapping[str, str]) -> str:
    """For what it is, and for whom where it names somebody."""
    referred = one.referral.referred
    kind = words(f"records.help_{referred.help.value}") if referred.help else ""
    return words("window.list_comma").join(part for part in (kind, names.get(referred.to_staff or "", "")) if part)


def referral_story(
    words: Wording,
    desk: Desk,
    one: ReferralHere,
    names: Mapping[str, str],
    people: Sequence[Sought],
    opened: Mapping[str, str],
) -> Story:
    """Tell one; ``opened`` has the words that were opened of what results keep, by result."""
    referred, comma = one.referral.referred, words("window.list_comma")
    by = words("held.made_by", at=moment(referred.happened_at), name=names.get(referred.made.by, ""))
    next_on = one.referral.next_on
    return Story(
        one.id,
        one.matter.title,
        statuses=(state_status(words, one), due_status(words, one, desk.now())),
        facts=(
            (words("referrals.for"), whose(words, one, names)),
            (words("referrals.by"), by),
            *((words("referrals.person"), comma.join((p.name, *map(written_phone, p.phones)))) for p in people),
            (words("referrals.session_next"), day(next_on) if next_on else ""),
            (words("referrals.due"), moment(one.due) if one.due and not next_on else ""),
        ),
        text=referred.text,
        events=tuple(_event(words, desk, one, result, names, opened) for result in reversed(one.referral.results)),
    )


def _event(
    words: Wording, desk: Desk, one: ReferralHere, result: Step, names: Mapping[str, str], opened: Mapping[str, str]
) -> Event:
    """A result: what others may know, and that more was written, or what, where it was opened."""
    said: list[str] = [result.text]
    offers: tuple[str, ...] = ()
    if result.due_on:
        said.append(words("referrals.next_on", day=day(result.due_on)))
    if result.id in opened:
        said.append(words("referrals.kept_opened", text=opened[result.id]))
    elif result.kept:
        said.append(words("referrals.kept_here"))
        session = desk.session
        offers = (OPEN_KEPT,) if may_open(result, one.referral.referred, session.staff, session.roles) else ()
    return Event(
        f"{moment(result.happened_at)}  {names.get(result.made.by, '')}".strip(),
        words("records.stepkind_referral_result"),
        "\n".join(said),
        "chat",
        "warn" if result.id in opened else "info",
        record=result.id,
        offers=offers,
    )
