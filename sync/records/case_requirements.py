"""What a matter, its steps, a mediation, an agreement and a signature must say; orders: order_requirements.py."""

from __future__ import annotations

from typing import Final

from sync.records.errors import RuleBroken
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.mediations import Agreement, AgreementForm, FollowUp, Host, Mediation, Signature, SignerRole
from sync.records.money import yuan_words
from sync.records.shares import check_shares
from sync.records.terms import term_faults
from sync.records.text import check_text
from sync.records.times import BEIJING
from sync.records.visits import Category

_NEEDS_UNIT: Final = frozenset({StepKind.TRANSFERRED, StepKind.ESCALATED})
NEEDS_TEXT: Final = frozenset(
    {
        StepKind.NOT_ACCEPTED,
        StepKind.HANDLED,
        StepKind.RESOLVED,
        StepKind.REOPENED,
        StepKind.SENT_BACK,
        StepKind.EXTENDED,
        StepKind.REFERRAL_RESULT,
        StepKind.POLICE_TOLD,
        StepKind.MEDIATION_COMPLEX,
        StepKind.MEDIATION_WITHDRAWN,
    }
)
"""Steps that say in words what was done, or why."""


def _say(text: str, key: str, field: str) -> None:
    if not text.strip():
        raise RuleBroken(f"records.{key}", field=field)
    check_text(text, field=field)


def check_matter(matter: Matter) -> None:
    """A matter has a title; an amount of money is not negative."""
    _say(matter.title, "matter_title_missing", "title")
    check_text(matter.text)
    if matter.amount_fen is not None and matter.amount_fen < 0:
        raise RuleBroken("records.amount_negative", field="amount_fen")


def check_step(step: Step) -> None:
    """Whoever passes a matter on says to whom; whoever turns it down, works on it or ends it says what was done."""
    if step.kind in _NEEDS_UNIT and not step.to_unit:
        raise RuleBroken("records.step_unit_missing", field="to_unit")
    if step.kind in NEEDS_TEXT:
        _say(step.text, "step_text_missing", "text")
    check_text(step.text)
    if step.kind is StepKind.REFERRED and step.help is None:
        raise RuleBroken("records.step_help_missing", field="help")
    if step.kind is StepKind.MEDIATION_ASKED:
        _chosen(step.host, "records.step_host_missing", "host")
        _chosen(step.host is not Host.ADMINISTRATIVE or step.to_unit, "records.step_unit_missing", "to_unit")
    if step.kind is StepKind.FEEDBACK_TRIED and not step.manner:
        raise RuleBroken("records.step_manner_missing", field="manner")
    if step.kind is StepKind.EXTENDED:
        _chosen(step.due_on, "records.step_until_missing", "due_on")
        _say(step.approver, "step_approver_missing", "approver")


def check_mediation(mediation: Mediation) -> None:
    """A mediation has a mediator (人民调解法 19) and, by a people's committee, the committee that it acts for."""
    if not mediation.mediators:
        raise RuleBroken("records.mediators_missing", field="mediators")
    if mediation.host is Host.PEOPLE:
        _say(mediation.committee, "committee_missing", "committee")


def check_mediation_event(event: MediationEvent) -> None:  # noqa: C901 one case for each sort
    """What each sort of event has to say: with whom and how, where, from when to when, why it rests."""
    match event.kind:
        case MediationEventKind.CONTACT:
            _chosen(event.side, "records.event_side_missing", "side")
            _chosen(event.manner, "records.event_manner_missing", "manner")
            _chosen(event.reached is not None, "records.event_reached_missing", "reached")
            if event.reached:
                _say(event.text, "event_text_missing", "text")
        case MediationEventKind.SEPARATE:
            _chosen(event.side, "records.event_side_missing", "side")
            _say(event.text, "event_text_missing", "text")
        case MediationEventKind.JOINT:
            _chosen(event.present, "records.event_present_missing", "present")
            _say(event.text, "event_text_missing", "text")
        case MediationEventKind.INSPECTION:
            _say(event.place, "event_place_missing", "place")
            _chosen(event.present, "records.event_present_missing", "present")
            _say(event.text, "event_findings_missing", "text")
        case MediationEventKind.SUSPENDED:
            _check_suspension(event)
        case MediationEventKind.UNSIGNED:
            _chosen(event.agreement and event.party, "records.event_party_missing", "party")
            _say(event.text, "event_unsigned_text_missing", "text")
        case MediationEventKind.CONSENT:
            _check_consent(event)
        case MediationEventKind.PERIOD_AGREED:
            _check_period(event)
        case MediationEventKind.COURT_FILED:
            _chosen(event.agreement, "records.event_no_agreement", "kind")
            _say(event.place, "event_court_missing", "court")
        case MediationEventKind.COURT_ACCEPTED | MediationEventKind.COURT_EXTENDED:
            _chosen(event.agreement, "records.event_not_filed", "kind")
        case MediationEventKind.COURT_RULED:
            _chosen(event.agreement, "records.event_not_filed", "kind")
            _say(event.text, "event_ruling_missing", "text")
        case MediationEventKind.RESUMED:
            _chosen(event.resumes, "records.event_not_suspended", "kind")
    if event.ended_at is not None and event.ended_at < event.happened_at:
        raise RuleBroken("records.event_ended_backwards", field="ended_at")
    check_text(event.text)
    _check_undisputed(event)


def _check_consent(event: MediationEvent) -> None:
    _chosen(event.party, "records.event_party_missing", "name")
    _chosen(event.agrees is not None, "records.event_agrees_missing", "answer")
    _chosen(event.manner, "records.event_manner_missing", "manner")


def _check_undisputed(event: MediationEvent) -> None:
    """Undisputed facts are written down with everybody's consent (深圳经济特区矛盾纠纷多元化解条例 73)."""
    check_text(event.undisputed, field="undisputed")
    if event.undisputed.strip() and not event.undisputed_agreed:
        raise RuleBroken("records.undisputed_not_agreed", field="undisputed_agreed")


def _check_suspension(event: MediationEvent) -> None:
    _chosen(event.reason, "records.event_reason_missing", "reason")
    if event.until is not None and event.until < event.happened_at.astimezone(BEIJING).date():
        raise RuleBroken("records.event_until_backwards", field="until")


def _check_period(event: MediationEvent) -> None:
    """Until when, who agreed, and why they go on (深圳经济特区矛盾纠纷多元化解条例 25)."""
    _chosen(event.until, "records.event_agreed_until_missing", "agreed_until")
    if event.until is not None and event.until < event.happened_at.astimezone(BEIJING).date():
        raise RuleBroken("records.event_agreed_backwards", field="agreed_until")
    _chosen(event.present, "records.event_agreed_by_missing", "agreed_by")
    _say(event.text, "event_agreed_why_missing", "agreed_why")


def _chosen(answer: object, key: str, field: str) -> None:
    if not answer:
        raise RuleBroken(key, field=field)


def check_agreement(agreement: Agreement, matter: Matter) -> None:
    """What a written agreement states (人民调解法 29; a court refuses unclear content, 民诉法解释 358), and its form.

    No oral agreement in labour matters (劳动争议调解仲裁法 14) or within a petition (信访工作条例 33). One copy for
    each party and one for the committee.
    """
    if len({party.side for party in agreement.parties}) < 2:
        raise RuleBroken("records.two_sides_needed", field="parties")
    if not agreement.mediators:
        raise RuleBroken("records.mediators_missing", field="mediators")
    _say(agreement.facts, "agreement_facts_missing", "facts")
    if not any(term.text.strip() for term in agreement.terms):
        raise RuleBroken("records.agreement_terms_missing", field="terms")
    _check_amounts(agreement)
    check_shares(agreement)
    if bool(agreement.read_by) != (agreement.read_at is not None):
        raise RuleBroken("records.read_aloud_half", field="read_at" if agreement.read_by else "read_by")
    oral = agreement.form is AgreementForm.ORAL
    if oral and written_only(matter):
        raise RuleBroken("records.agreement_must_be_written", field="form")
    if not oral:
        _say(agreement.performance, "agreement_performance_missing", "performance")
    if not oral and agreement.copies < len(agreement.parties) + 1:
        raise RuleBroken("records.agreement_copies_few", field="copies", least=len(agreement.parties) + 1)
    if agreement.version > 1 and not (agreement.amends and agreement.amend_reason.strip()):
        raise RuleBroken("records.amend_reason_missing", field="amend_reason")


def written_only(matter: Matter) -> bool:
    """Whether an agreement is in writing: labour (劳动争议调解仲裁法 14), within a petition (信访工作条例 33)."""
    return matter.category is Category.LABOUR or matter.nature is Nature.PETITION


def _check_amounts(agreement: Agreement) -> None:
    """The terms hold together (terms.py), and their amounts add up to the total that was named (民诉法解释 358)."""
    sides = {party.side for party in agreement.parties}
    for fault in term_faults(agreement.terms, sides, agreement.drawn_on):
        raise RuleBroken(fault.key, field=f"terms.{fault.place}.{fault.field}", **fault.values)
    if agreement.total_fen is None:
        return
    summed = sum(term.amount_fen or 0 for term in agreement.terms)
    if off := agreement.total_fen - summed:
        raise RuleBroken(
            "records.terms_fall_short" if off > 0 else "records.terms_exceed",
            field="total",
            sum=yuan_words(summed),
            total=yuan_words(agreement.total_fen),
            difference=yuan_words(abs(off)),
        )


def check_signature(signature: Signature) -> None:
    """A signature says whose it is; a party's names the party."""
    _say(signature.name, "signature_name_missing", "name")
    if signature.signer_role is SignerRole.PARTY and not signature.signer:
        raise RuleBroken("records.signature_party_missing", field="signer")


def check_follow_up(follow_up: FollowUp) -> None:
    """A return visit says what was found (回访情况)."""
    _say(follow_up.text, "follow_up_text_missing", "text")
