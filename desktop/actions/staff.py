"""People at the desk: set a password, add a colleague."""

from __future__ import annotations

from desktop.actions.audit import note
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.passwords import check_password, hash_password, verify
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.staff import PASSWORD_FORM, STAFF_FORM, STATION_ROLES
from desktop.store.credentials import credential_of, set_password_hash
from desktop.store.units import staff as staff_members
from sync.records.audit import AuditAction
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.units import Role, StaffMember, of_one_page, role_fields


def set_password(desk: Desk, staff: str, draft: Draft) -> Done:
    """Set a password: one's own from PASSWORD_FORM's draft, as station lead a colleague's from FIRST_PASSWORD_FORM's.

    A colleague is of this unit: Refused("actions.nobody_here") for anybody else.
    """
    own = staff == desk.session.staff
    if not own and not desk.session.may(Role.STATION_LEAD):
        raise Refused("actions.only_lead")
    password = str(draft.get("password") or "")
    check_password(password, str(draft.get("password_again") or ""))
    with desk.store.read() as reader:
        before = credential_of(reader, staff)
        member = staff_members(reader).get(staff)
    if member is None or (not own and (member.unit != desk.session.unit or member.left_on is not None)):
        raise Refused("actions.nobody_here")
    if own and before is not None and not verify(before.password_hash, str(draft.get("old_password") or "")):
        raise RuleBroken("actions.wrong_password", field="old_password")
    if before is not None and verify(before.password_hash, password):
        raise RuleBroken("actions.password_same", field="password")
    hashed = hash_password(password)
    with desk.store.write() as work:
        set_password_hash(work, staff, hashed, desk.now())
        note(work, desk.made(), AuditAction.STAFF_CHANGED, staff, PASSWORD_FORM.name)
    return Done(staff, changes=work.changes)


def add_staff(desk: Desk, draft: Draft) -> Done:
    """Add a colleague of this unit from STAFF_FORM's draft; only a station lead may. ``Done.id`` is the identity.

    A counsellor has a telephone, RuleBroken("actions.counsellor_number"); who is nothing else may go without a password
    and is called alone.
    """
    if not desk.session.may(Role.STATION_LEAD):
        raise Refused("actions.only_lead")
    answers = Answers.of(STAFF_FORM, draft)
    roles, further = role_fields(_roles(answers))
    member = StaffMember(
        id=str(draft.get("_id") or new_id("staff_member")),
        made=desk.made(),
        staff=new_identity(STAFF_PREFIX),
        name=answers.name("name"),
        unit=desk.session.unit,
        roles=roles,
        further=further,
        post=answers.line("post"),
        telephone=answers.phone("telephone"),
    )
    hashed = _first_password(draft) if draft.get("password") or not of_one_page(member.held) else ""
    if Role.COUNSELLOR in member.held and not member.telephone:
        raise RuleBroken("actions.counsellor_number", field="telephone")
    with desk.store.write() as work:
        if already_there(work, member.id):
            found = work.find(member.id, StaffMember)
            return Done(found.staff if found else member.staff)
        if any(s.name == member.name and s.left_on is None for s in staff_members(work).values()):
            raise RuleBroken("actions.name_taken", field="name")
        work.add(member)
        if hashed:
            set_password_hash(work, member.staff, hashed, desk.now())
        note(work, desk.made(), AuditAction.STAFF_CHANGED, member.staff, STAFF_FORM.name)
    return Done(member.staff, changes=work.changes)


def _first_password(draft: Draft) -> str:
    password = str(draft.get("password") or "")
    check_password(password, str(draft.get("password_again") or ""))
    return hash_password(password)


def _roles(answers: Answers) -> tuple[Role, ...]:
    chosen = answers.listed("roles")
    if not set(chosen) <= {r.value for r in STATION_ROLES}:
        raise RuleBroken("actions.no_such_choice", field="roles")
    return tuple(Role(r) for r in chosen)
