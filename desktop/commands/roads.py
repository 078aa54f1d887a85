"""A matter's road without a window: where it stands, and one more step."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import RuleBroken

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.actions.roads import RoadTold
    from desktop.forms.form import Form

_UNITS: Final = ("to_unit", "by_unit")


def road(args: argparse.Namespace, access: Access) -> Said:
    """Tell where a matter stands: its roads and open steps, who has it, its moments, its clocks."""
    from desktop.actions.roads import road_of
    from sync.records.canonical import plain

    with access.desk() as desk:
        told = road_of(desk, args.id)
    # plain() leaves out what is as it began; a program that reads this wants every field
    data = {name: plain(getattr(told, name)) for name in told.__dataclass_fields__}
    return Said(data, _lines(access, told))


def _lines(access: Access, told: RoadTold) -> list[str]:
    say = access.words
    lines = [f"{say(f'records.nature_{told.nature}')}\t{say(f'records.matterstage_{told.state}')}"]
    lines.append(f"{say('cli.road_steps')}\t" + "、".join(say(f"records.stepkind_{kind}") for kind in told.steps))
    for key, unit in (("window.matter_held_by", told.held_by), ("records.stepkind_transferred", told.passed_to)):
        lines += [f"{say(key)}\t{unit}"] if unit else []
    ways = [("stepkind", passing) for passing in told.passings]
    ways += [("mediationanswer", passing) for passing in told.asked]
    for words, passing in ways:
        for key, answers in (("window.step_own_word", passing.own), ("window.step_heard", passing.heard)):
            for said in answers:
                kind = say(f"records.{words}_{said.kind}")
                lines.append("\t".join((passing.unit, say(key), moment(said.at), kind, said.text)))
    for one in told.moments:
        due = moment(one.due)
        cells = (say(f"records.moment_{one.name}"), moment(one.at), due, say(f"records.intime_{one.in_time.value}"))
        lines.append("\t".join(cells))
    for clock in told.clocks:
        name = say(f"records.petitionclock_{clock.clock}")
        lines.append("\t".join((name, moment(clock.since), moment(clock.due), clock.body, moment(clock.ended))))
    return lines


def step(args: argparse.Namespace, access: Access) -> Said:
    """Record a step; what the form asks is given as FIELD=VALUE, a unit or a person by its name."""
    from desktop.actions.steps import add_step, step_draft
    from desktop.forms.matters import STEP_FORM
    from sync.records.matters import StepKind

    if args.kind not in set(StepKind):
        raise RuleBroken("cli.no_such_step", field="kind", given=args.kind, known=", ".join(StepKind))
    with access.desk() as desk:
        draft = {**step_draft(desk, args.id), "by_unit": None, "happened_at": desk.now().isoformat()}
        done = add_step(desk, args.id, {**draft, **given_for(desk, STEP_FORM, args.given), "kind": args.kind})
    return Said({"id": done.id}, [access.words("window.step_added")])


def given_for(desk: Desk, form: Form, given: list[str]) -> dict[str, Any]:
    """Return the answers to ``form`` that FIELD=VALUE pairs give; a unit or a person by name or identity."""
    from desktop.actions.directory import colleague_options, unit_options
    from desktop.forms.form import Shape

    found: dict[str, Any] = {}
    for pair in given:
        name, _, value = pair.partition("=")
        field = form.named.get(name)
        if field is None:
            raise RuleBroken("cli.no_such_field", field="given", name=name, known=", ".join(form.named))
        if name in _UNITS or name == "second":
            known = {o.text: o.value for o in (unit_options(desk) if name in _UNITS else colleague_options(desk))}
            value = known.get(value, value)
        found[name] = value.split(",") if field.shape is Shape.CHOICES else value
    return found
