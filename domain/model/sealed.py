"""Kinds of the rows that a case's chain seals of what customers said and agreed: who keeps them and who audits them."""

CAUSE_TOLD = "cause_told"
PERSON_HELD = "person_held"
"""A hold of the rules was laid on the person."""
PERSON_TOLD = "person_told"
"""Something happened to the person that may end a hold."""
COMPLAINT_STEPS = {name: f"complaint_{name}" for name in ("received", "extended", "answered")}
DISPUTE_STEPS = {name: f"dispute_{name}" for name in ("opened", "resolved", "corrected", "released")}
HARDSHIP_STEPS = {name: f"hardship_{name}" for name in ("told", "assessed", "followed_up")}
NEGOTIATION_STEPS = {name: f"terms_{name}" for name in ("proposed", "approved", "declined", "signed", "expired")}
RE_AGE_STEPS = {
    name: f"re_age_{name}"
    for name in ("asked", "approved", "confirmed", "declined", "expired", "refused", "taken_back")
}
PROMISE_MADE = "promise_made"
PROMISE_JUDGED = "promise_judged"
PLAN_AGREED = "plan_agreed"
PLAN_STANDS = "plan_stands"
"""A plan stands otherwise than before."""
CONCESSION_GRANTED = "concession_granted"
ADJUSTMENT_WANTED = "adjustment_wanted"
ADJUSTMENT_ANSWERED = "adjustment_answered"
DEBIT_WANTED = "debit_wanted"
"""A debit is about to be asked for."""
DEBIT_ANSWERED = "debit_answered"
REPORT_WANTED = "bureau_report_wanted"
REPORT_ENDED = "bureau_report_ended"
"""A credit bureau confirmed or refused a report, or nobody was given it."""

_STEPS = (COMPLAINT_STEPS, DISPUTE_STEPS, HARDSHIP_STEPS, NEGOTIATION_STEPS, RE_AGE_STEPS)
UNDERSTOOD = frozenset(
    (
        CAUSE_TOLD,
        PERSON_HELD,
        PERSON_TOLD,
        PROMISE_MADE,
        PROMISE_JUDGED,
        PLAN_AGREED,
        PLAN_STANDS,
        CONCESSION_GRANTED,
        ADJUSTMENT_WANTED,
        ADJUSTMENT_ANSWERED,
        DEBIT_WANTED,
        DEBIT_ANSWERED,
        REPORT_WANTED,
        REPORT_ENDED,
        *(kind for steps in _STEPS for kind in steps.values()),
    )
)
"""All of them."""
