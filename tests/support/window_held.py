"""Records that the district refused, each for another reason: what the page of held records shows."""

from __future__ import annotations

from desktop.store.amending import amended
from desktop.store.journal import StoreJournal
from desktop.store.store import Store
from sync.protocol.messages import Answer, Frame, State
from tests.support.window_desk import NOW

REASONS = {
    "visit": ("protocol.unreadable_record", "happened_at"),
    "person": ("protocol.unknown_staff", "made.by"),
    "step": ("protocol.no_role", "made.by"),
    "dispatch_order": ("protocol.no_role", "issuer"),
    "agreement": ("protocol.id_taken", "id"),
    "participation": ("protocol.of_a_newer_district", ""),
}


def unsent(store: Store) -> list[Frame]:
    """What waits for the district."""
    return StoreJournal(store).frames(1000, 10**7, 0)[0]


def refuse(store: Store, frame: Frame, reason: str, field: str = "") -> None:
    """Let the district refuse one record."""
    values = {"field": field} if field else {}
    answer = Answer(frame.id, frame.hash, State.REFUSED, received_at=NOW, reason=reason, values=values)
    StoreJournal(store).settle([answer])


def accept(store: Store) -> None:
    """Let the district accept all that waits."""
    frames = unsent(store)
    answers = [Answer(f.id, f.hash, State.ACCEPTED, 1000 + n, NOW) for n, f in enumerate(frames)]
    StoreJournal(store).settle(answers)


def in_trouble(store: Store) -> dict[str, str]:
    """Refuse the first record of each kind of `REASONS` that nothing corrects; returns their ids by kind."""
    found: dict[str, str] = {}
    frames = unsent(store)
    with store.read() as reader:
        corrected = amended(reader, [frame.id for frame in frames])
    for frame in frames:
        if frame.kind in REASONS and frame.kind not in found and frame.id not in corrected:
            refuse(store, frame, *REASONS[frame.kind])
            found[frame.kind] = frame.id
    return found
