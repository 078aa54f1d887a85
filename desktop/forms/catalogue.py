"""Every form that the program declares, by name: what the window, the papers and the tests go through."""

from __future__ import annotations

from desktop.forms.accusations import ACCUSATION_FORM
from desktop.forms.consents import CONSENT_FORM
from desktop.forms.form import Form
from desktop.forms.gate import ENROLMENT_FORM, SIGN_IN_FORM, UNLOCK_FORM
from desktop.forms.hand_overs import BLANKS_FORM, HAND_OVER_FORM
from desktop.forms.matters import MATTER_FORM, STEP_FORM
from desktop.forms.mediation_events import MEDIATION_EVENT_FORM
from desktop.forms.mediations import AGREEMENT_FORM, FOLLOW_UP_FORM, MEDIATION_FORM, SIGNATURE_FORM
from desktop.forms.notices import CALL_FORM
from desktop.forms.orders import DELEGATION_FORM, ORDER_FORM, ORDER_STEP_FORM, REFUSAL_FORM, REPLY_FORM
from desktop.forms.organisations import ORGANISATION_FORM
from desktop.forms.passed_matters import PASSED_FORM
from desktop.forms.persons import PERSON_FORM
from desktop.forms.referrals import REFERRAL_RESULT_FORM
from desktop.forms.staff import FIRST_PASSWORD_FORM, PASSWORD_FORM, STAFF_FORM
from desktop.forms.threats import THREAT_END_FORM
from desktop.forms.visits import CONSULTATION_FORM, VISIT_FORM

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        VISIT_FORM,
        CONSULTATION_FORM,
        PERSON_FORM,
        ORGANISATION_FORM,
        MATTER_FORM,
        STEP_FORM,
        PASSED_FORM,
        REFERRAL_RESULT_FORM,
        ACCUSATION_FORM,
        ORDER_FORM,
        REPLY_FORM,
        ORDER_STEP_FORM,
        REFUSAL_FORM,
        DELEGATION_FORM,
        MEDIATION_FORM,
        MEDIATION_EVENT_FORM,
        CONSENT_FORM,
        AGREEMENT_FORM,
        SIGNATURE_FORM,
        FOLLOW_UP_FORM,
        HAND_OVER_FORM,
        BLANKS_FORM,
        CALL_FORM,
        THREAT_END_FORM,
        ENROLMENT_FORM,
        SIGN_IN_FORM,
        PASSWORD_FORM,
        FIRST_PASSWORD_FORM,
        UNLOCK_FORM,
        STAFF_FORM,
    )
}

MAKES: dict[str, str] = {
    "visit": "visit",
    "consultation": "visit",
    "person": "person",
    "organisation": "organisation",
    "matter": "matter",
    "step": "step",
    "passed": "step",
    "referral_result": "step",
    "accusation": "accusation",
    "order": "dispatch_order",
    "reply": "order_reply",
    "order_step": "order_step",
    "order_refusal": "order_step",
    "order_delegation": "order_delegation",
    "mediation": "mediation",
    "mediation_event": "mediation_event",
    "consent": "mediation_event",
    "agreement": "agreement",
    "signature": "signature",
    "follow_up": "follow_up",
    "hand_over": "hand_over",
    "call": "notice",
    "threat_end": "threat_event",
    "blanks": "blank_form",
    "staff": "staff_member",
}
"""The kind of record that a form makes: `questions.fresh(form, MAKES[form.name])` opens it."""
