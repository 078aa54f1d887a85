"""A matter of another unit as it is told to this one: what it may see of it, and what was said of its passing."""

from __future__ import annotations

from desktop.actions.desk import Desk
from desktop.actions.passed_matters import PassedHere, here_of
from desktop.store.reader import Reader
from desktop.ui.models.status import Status
from desktop.ui.stories.parts import unit_names
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import day, moment
from resources import Wording
from sync.records.matters import StepKind
from sync.records.passed_matters import PassedMatter, PassedWord
from sync.records.passed_parts import PassedStage
from sync.records.passings import GIVES, TAKES
from sync.records.telephones import written_phone

_TONES = {
    PassedStage.WAITING: ("warn", "clock"),
    PassedStage.HELD: ("info", "matters"),
    PassedStage.CLOSED: ("good", "check"),
    PassedStage.ASKED: ("warn", "clock"),
    PassedStage.MEDIATING: ("info", "matters"),
}
_COMES = {kind.value for kind in (*GIVES, StepKind.MEDIATION_ASKED)}
_ANSWERS = {kind.value for kind in TAKES}


def stage_status(words: Wording, one: PassedHere) -> Status:
    """How it stands at this unit: word, colour and icon."""
    if one.stage is None:
        return Status(one.told.stage, "calm", "info")
    return Status(words(f"records.passedstage_{one.stage.value}"), *_TONES.get(one.stage, ("calm", "back")))


def passed_story(words: Wording, one: PassedHere, places: dict[str, str]) -> Story:
    """Tell one; ``places`` are the names of units."""
    told, comma = one.told, words("window.list_comma")
    facts = (
        (words("window.passed_from"), places.get(told.given_by, "")),
        (words("window.passed_when"), moment(told.given_at)),
        (words("window.passed_due"), moment(one.due) if one.due else ""),
        *((_roles(words, roles), name) for roles, name in _people(words, told)),
        (words("forms.field_category"), words(f"records.category_{told.category.value}")),
        (words("forms.field_grade"), _grade(words, told.grade)),
        (words("forms.field_place"), told.place),
        (words("forms.field_discovered_at"), moment(told.discovered_at)),
        (words("window.passed_station"), places.get(told.station, "")),
        *((e.system, comma.join(part for part in (e.number, day(e.due_on) if e.due_on else "") if part))
          for e in told.external),
    )  # fmt: skip
    warnings = [words("window.passed_restricted")] if one.restricted else []
    warnings += [] if one.open else [words("window.passed_people_over")]
    return Story(
        told.matter,
        told.title,
        statuses=(stage_status(words, one), Status(words(f"records.nature_{told.nature.value}"), "calm")),
        facts=facts,
        text=told.text,
        warnings=tuple(warnings),
        events=tuple(reversed(_events(words, told, places))),
    )


def told_story(words: Wording, desk: Desk, reader: Reader, matter: str) -> Story:
    """Tell the matter ``matter`` as it was told to this unit last."""
    return passed_story(words, here_of(reader, matter, desk.now()), unit_names(reader))


def _grade(words: Wording, grade: str) -> str:
    return words(f"forms.grade_{grade}") if words.has(f"forms.grade_{grade}") else grade


def _people(words: Wording, told: PassedMatter) -> list[tuple[tuple[str, ...], str]]:
    """Who takes part: the roles, and the name with the telephones that this unit needs."""
    comma = words("window.list_comma")
    return [(p.roles, comma.join((p.name, *map(written_phone, p.phones)))) for p in told.people]


def _roles(words: Wording, roles: tuple[str, ...]) -> str:
    known = (f"records.partyrole_{role}" for role in roles)
    return words("window.list_comma").join(words(key) for key in known if words.has(key))


def _events(words: Wording, told: PassedMatter, places: dict[str, str]) -> list[Event]:
    """In the order in which they were told: an answer is to what stands before it."""
    found, asked = [], False
    for word in told.said:
        if word.kind in _COMES:
            asked = word.kind == StepKind.MEDIATION_ASKED
        found.append(_event(words, word, places, asked=asked))
    return found


def _event(words: Wording, word: PassedWord, places: dict[str, str], *, asked: bool) -> Event:
    kind = words(f"records.stepkind_{word.kind}") if word.kind in set(StepKind) else word.kind
    if asked and word.kind in _ANSWERS:
        kind = words(f"records.mediationanswer_{word.kind}")
    unit = places.get(word.unit, "")
    if word.kind in _COMES:
        return Event(moment(word.at), f"{kind} → {unit}", word.text, "step", "info")
    if word.kind == StepKind.MEDIATION_WITHDRAWN:
        return Event(moment(word.at), kind, word.text, "step", "info")
    said = [words("window.passed_own_word" if word.own else "window.passed_heard"), word.text]
    said += [words("window.step_rule", rule=word.rule_cited)] if word.rule_cited else []
    return Event(
        *(moment(word.at), f"{kind}  {unit}", "\n".join(part for part in said if part)),
        *("reply", "accent" if word.own else "info"),
    )
