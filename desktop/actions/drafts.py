"""Drafts: kept as they are typed, offered again after a crash, never sent."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.actions.desk import Desk
from desktop.forms.form import Draft, Form, Shape
from desktop.store.drafts import discard_draft, files_of_draft, list_drafts, load_draft, save_draft
from desktop.store.files import forget_unnamed, put_file
from desktop.store.rows import DraftRow
from desktop.store.store import Work


def draft_id(desk: Desk, form: Form, draft: Draft, record: str = "") -> str:
    """Return the id under which a draft waits: that of the record it will make, or of the edit it is."""
    return str(draft.get("_id") or f"{form.name}.{record or 'new'}.{desk.session.staff}")


def keep_draft(
    desk: Desk,
    form: Form,
    draft: Draft,
    *,
    record: str = "",
    title: str = "",
    files: Mapping[str, bytes] | None = None,
) -> str:
    """Keep what is being typed; the draft's ``_id`` is the draft's id too. ``record``: what it edits. Returns the id.

    ``files`` are bytes by digest that the draft names anew. Secrets are never kept, nor is anything of a
    sealed form. A draft whose record exists already (it was handed in meanwhile) is not kept again.
    """
    own = draft_id(desk, form, draft, record)
    if form.sealed:
        return own
    secret = {f.name for f in form.fields() if f.shape is Shape.SECRET}
    values = {name: value for name, value in draft.items() if name not in secret}
    with desk.store.write() as work:
        if work.sealed(own) is None:
            for digest, content in (files or {}).items():
                put_file(work, digest, content)
            save_draft(
                work,
                id=own,
                form=form.name,
                form_version=form.version,
                record=record,
                staff=desk.session.staff,
                title=title,
                values=values,
                at=desk.now(),
            )
    return own


def waiting_drafts(desk: Desk) -> list[DraftRow]:
    """Return this person's drafts, the last typed first."""
    with desk.store.read() as reader:
        return list_drafts(reader, desk.session.staff)


def take_up(desk: Desk, draft_id: str) -> tuple[DraftRow, Draft]:
    """Return a waiting draft to go on with."""
    with desk.store.read() as reader:
        return load_draft(reader, draft_id)


def discard(desk: Desk, draft_id: str) -> None:
    """Throw a draft away with the files that only it names; one that is gone already is no error."""
    with desk.store.write() as work:
        digests = files_of_draft(work, draft_id)
        discard_draft(work, draft_id)
        forget_unnamed(work, digests)


def handed_in(work: Work, desk: Desk, form: Form, draft: Draft, record: str = "") -> None:
    """Forget the draft of a form whose record is being made in ``work``."""
    discard_draft(work, draft_id(desk, form, draft, record))
