"""Signing as a procedure, in a real store: each its own fact, agents, refusals, corrections, the scan, the ways out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from desktop.actions.agreements import agreement_draft, conclude, effect_date
from desktop.actions.attachments import Content, attach
from desktop.actions.mediations import edit_mediation, mediation_draft
from desktop.actions.papers import preview
from desktop.actions.signing import (
    Page,
    correct_signature,
    end_unsigned,
    not_signed,
    record_signature,
    signing_page,
    take_back_signature,
)
from desktop.forms.form import Draft
from desktop.store.links import signatures_ever, signatures_of
from desktop.store.mediations import list_mediations
from sync.records.errors import Refused, RuleBroken
from sync.records.mediations import Agreement, Mediation, Outcome, SignatureManner, SignerRole
from sync.records.papers import AttachmentPurpose, PaperKind
from sync.records.signing import SigningStage
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station
from tests.system.actions.test_print_rules import begun, concluded, empower

Enter = Callable[..., Draft]


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    """A mediation in which a lawyer acts for the visitor."""
    return begun(station, visitor)


@pytest.fixture
def agreement(station: Station, mediation: str) -> str:
    """An agreement that nobody has signed."""
    return concluded(station, mediation)


def page(station: Station, agreement: str) -> Page:
    return signing_page(station.desk, agreement)


def sign(station: Station, agreement: str, at: int, **more: str) -> None:
    signer = page(station, agreement).signers[at]
    station.clock.later(minutes=5)
    record_signature(
        station.desk, agreement, signer, signer.usual, station.clock.at, more.get("place", "调解室"), more.get("by", "")
    )


def test_an_agreement_goes_from_unsigned_to_its_day_of_effect(station: Station, agreement: str) -> None:
    seen = []
    for at in (0, 1, 2):
        state = page(station, agreement).state
        seen.append((state.stage, state.signed, state.needed))
        sign(station, agreement, at)
    waiting = page(station, agreement)
    seen.append((waiting.state.stage, waiting.state.signed, waiting.state.needed))
    stages = (SigningStage.UNSIGNED, SigningStage.PARTLY, SigningStage.PARTLY, SigningStage.AWAITING_SEAL)
    assert seen == [(stage, count, 3) for count, stage in enumerate(stages)]
    assert effect_date(station.desk, agreement) is None
    with station.store.read() as reader:
        (row,) = list_mediations(reader)
        assert row.signing is not None
        assert (row.signing.stage, row.effective_on) == (SigningStage.AWAITING_SEAL, None)
    station.clock.later(days=2)
    committee = len(waiting.signers) - 1
    assert waiting.signers[committee].role is SignerRole.COMMITTEE
    sign(station, agreement, committee)
    state = page(station, agreement).state
    assert (state.stage, str(state.effective)) == (SigningStage.IN_EFFECT, "2026-03-07")
    with station.store.read() as reader:
        kept = signatures_of(reader, agreement)
    assert [(s.place, s.manner) for s in kept[:2]] == [
        ("调解室", SignatureManner.SIGNED), ("调解室", SignatureManner.SEALED)
    ]  # fmt: skip


def test_what_cannot_be_is_refused_and_nothing_is_recorded(station: Station, agreement: str) -> None:
    desk, now = station.desk, station.clock.at
    party, firm, mediator, *_, committee = page(station, agreement).signers
    signed, sealed = SignatureManner.SIGNED, SignatureManner.SEALED
    for signer, manner, at, by, key in (
        (party, signed, now + timedelta(hours=1), "", "in_the_future"),
        (party, signed, now - timedelta(days=1), "", "signed_before_drawn"),
        (mediator, sealed, now, "", "signature_manner_wrong"),
        (committee, signed, now, "", "signature_manner_wrong"),
        (firm, signed, now, "per_nobody", "agent_may_not_sign"),
    ):
        with pytest.raises(RuleBroken, match=key):
            record_signature(desk, agreement, signer, manner, at, "", by)
    assert "signature" not in station.counts()
    sign(station, agreement, 0)
    sign(station, agreement, 0)
    assert station.counts()["signature"] == 1


def test_an_agent_signs_only_with_its_power_on_that_day(
    station: Station,
    mediation: str,
    agreement: str,
) -> None:
    assert page(station, agreement).signers[0].agents == ()
    empower(station, mediation, special=True, original_seen=True, ends_on="2026-03-06")
    ((agent, name),) = page(station, agreement).signers[0].agents
    assert name == "刘律师"
    station.clock.later(days=3)
    with pytest.raises(RuleBroken, match="agent_may_not_sign"):
        sign(station, agreement, 0, by=agent)
    empower(station, mediation, ends_on="2026-03-31")
    sign(station, agreement, 0, by=agent)
    kept = page(station, agreement).signers[0].signature
    assert kept is not None
    assert (kept.by_agent, kept.signer) == (agent, page(station, agreement).agreement.parties[0].party)


def test_a_signature_is_corrected_and_taken_back_by_facts_with_a_reason(station: Station, agreement: str) -> None:
    for at in range(len(page(station, agreement).signers)):
        sign(station, agreement, at)
    assert page(station, agreement).state.stage is SigningStage.IN_EFFECT
    first = page(station, agreement).signers[0].signature
    assert first is not None
    with pytest.raises(RuleBroken, match="required"):
        take_back_signature(station.desk, first.id, "  ")
    now = station.clock.later(days=1)
    correct_signature(station.desk, first.id, SignatureManner.FINGERPRINT, now, "医院", "当天没有签")
    assert str(effect_date(station.desk, agreement)) == "2026-03-06"
    with pytest.raises(Refused, match="signature_gone"):
        take_back_signature(station.desk, first.id, "误记")
    renewed = page(station, agreement).signers[0].signature
    assert renewed is not None
    assert (renewed.manner, renewed.place, renewed.amend_reason) == (
        SignatureManner.FINGERPRINT, "医院", "当天没有签"
    )  # fmt: skip
    take_back_signature(station.desk, renewed.id, "误记")
    assert page(station, agreement).signers[0].signature is None
    assert effect_date(station.desk, agreement) is None
    with station.store.read() as reader:
        (row,) = list_mediations(reader)
        assert row.effective_on is None
        assert len(signatures_ever(reader, agreement)) == len(page(station, agreement).signers) + 2
    sign(station, agreement, 0)
    assert page(station, agreement).state.stage is SigningStage.IN_EFFECT


def test_who_would_not_sign_is_left_out_of_a_new_version_or_the_mediation_ends(
    station: Station,
    mediation: str,
    agreement: str,
) -> None:
    desk = station.desk
    edit, seen = mediation_draft(desk, mediation)
    third = {"role": "third_party", "name": "王强", "phone": "13900001111", "address": "凤凰路3号"}
    edit_mediation(desk, mediation, edit | {"parties": [*edit["parties"], third]}, seen)
    draft = agreement_draft(desk, mediation, agreement) | {"amend_reason": "加第三人"}
    three = conclude(desk, mediation, draft).id
    *_, stranger = [s for s in page(station, three).signers if s.role is SignerRole.PARTY]
    assert stranger.name == "王强"
    with pytest.raises(RuleBroken, match="required"):
        not_signed(desk, three, stranger.signer, " ")
    not_signed(desk, three, stranger.signer, "中途离开，拒绝签字")
    shown = page(station, three)
    assert shown.state.refused == (stranger.signer,)
    assert [s.refused for s in shown.signers if s.refused] == ["中途离开，拒绝签字"]

    left = agreement_draft(desk, mediation, three, shown.state.refused) | {"amend_reason": "王强退出"}
    assert left["_sides"] == {"1": "张伟", "2": "某某物业公司"}
    two = conclude(desk, mediation, left).id
    with station.store.read() as reader:
        paper = reader.get(two)
    assert isinstance(paper, Agreement)
    assert [b.name for b in paper.parties] == ["张伟", "某某物业公司"]
    assert (paper.version, paper.copies, page(station, two).state.refused) == (3, 3, ())
    assert stranger.signer in agreement_draft(desk, mediation, two)["_without"]

    end_unsigned(desk, two, "另一方也不签")
    with station.store.read() as reader:
        ended = reader.get(mediation)
    assert isinstance(ended, Mediation)
    assert (ended.outcome, ended.ended_reason) == (Outcome.ENDED, "另一方也不签")
    notice = text_of(preview(desk, PaperKind.TERMINATION_NOTICE, mediation))
    assert "申请仲裁" in notice
    with pytest.raises(Refused, match="mediation_ended"):
        conclude(desk, mediation, agreement_draft(desk, mediation, two) | {"amend_reason": "再试"})


def test_what_is_in_effect_is_not_ended_and_who_has_signed_did_not_refuse(station: Station, agreement: str) -> None:
    for at in range(len(page(station, agreement).signers)):
        sign(station, agreement, at)
    with pytest.raises(Refused, match="agreement_in_force"):
        end_unsigned(station.desk, agreement, "反悔")
    party = page(station, agreement).agreement.parties[0].party
    with pytest.raises(Refused, match="has_signed"):
        not_signed(station.desk, agreement, party, "反悔")


def test_the_scan_of_the_signed_paper_is_shown_with_its_digest(station: Station, agreement: str) -> None:
    assert page(station, agreement).original is None
    file = Content("签字.png", "image/png", b"\x89PNG", AttachmentPurpose.SIGNED_ORIGINAL.value)
    attach(station.desk, agreement, file)
    original = page(station, agreement).original
    assert original is not None
    assert (original.digest, original.subject) == (file.digest, agreement)
