"""Reporting: what a credit bureau is told of the account. First the customer hears of it, then the rules' days pass."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import days_after
from domain.case.bureau_notice import give_notice, given_on, wake_on
from domain.case.denials import is_denied
from domain.case.disputes import midnight_after
from domain.case.draft import Draft
from domain.compliance.furnishing import rules_of
from domain.model.bureau import BureauReport, KnownReport, ReportKind, ReportState, ReportStatus, TellBureau
from domain.model.case import Outcome
from domain.model.disputes import DisputeOutcome, OpenDispute
from domain.model.duties import Reporting
from domain.model.entries import AddTask, AskReport, KeepDispute
from domain.model.facts import Arrears, BureauFacts
from domain.model.money import Money
from domain.model.strategy import BureauTerms

REPORT_TASK, REVIEW_TASK = "bureau_report", "bureau_review"
_UPHELD = (DisputeOutcome.UPHELD, DisputeOutcome.PARTLY_UPHELD)
_TOLD = (ReportState.WANTED, ReportState.SENT, ReportState.CONFIRMED)
_STATUSES = {
    Outcome.CURED: ReportStatus.CURED,
    Outcome.CLEARED_BY_STATUS: ReportStatus.CURED,
    Outcome.PLAN_COMPLETED: ReportStatus.PLAN_COMPLETED,
    Outcome.SETTLED_FOR_LESS: ReportStatus.SETTLED,
    Outcome.PAID_IN_FULL: ReportStatus.PAID_IN_FULL,
    Outcome.RE_AGED: ReportStatus.CURRENT,
}
"""What a bureau is told of an end; of every other a person says what is right."""


def report_negative(draft: Draft, arrears: Arrears) -> None:
    """Tell the customer, and then the bureau, that the account is past due: once, and only what nobody contests."""
    section, known = draft.facts.strategy.bureau, draft.facts.bureau
    if section is None or known is None or _has_told(known) or is_denied(draft, arrears):
        return
    wait, least = _days(section, rules_of(draft.facts.rules.packs))
    from_on = days_after(arrears.oldest_due_on, least)
    told_on = given_on(draft, arrears, known, _round(known))
    if told_on is None:
        give_notice(draft, arrears, _round(known), from_on, wait)
        return
    report_on = max(from_on, days_after(told_on, wait + 1))
    if draft.today < report_on:
        wake_on(draft, report_on)
        return
    no = 1 + sum(each.report.kind is ReportKind.NEGATIVE for each in known.reports)
    _ask(
        draft,
        section,
        BureauReport(
            key=f"{draft.case.case_id}/bureau/negative/{no}",
            kind=ReportKind.NEGATIVE,
            status=ReportStatus.PAST_DUE,
            past_due=arrears.past_due,
            oldest_due_on=arrears.oldest_due_on,
            days_past_due=arrears.days_past_due,
        ),
    )


def correct_reports(draft: Draft) -> None:
    """What was upheld in this step, of what a bureau was told: it hears at once, before the bank's books follow."""
    section, known = draft.facts.strategy.bureau, draft.facts.bureau
    standing = None if known is None else _standing(known)
    resolved = [each for each in draft.entries if isinstance(each, KeepDispute) and each.step == "resolved"]
    for dispute in [each.dispute for each in resolved if each.dispute.outcome in _UPHELD]:
        wrong = dispute.correction
        if section is not None and standing is not None and wrong is not None and _was_reported(dispute, standing):
            standing = _corrected(draft, section, standing, dispute, wrong)


def update_reports(draft: Draft, outcome: Outcome) -> None:
    """How what a bureau was told ended; of a case that was withdrawn a person says what is right."""
    section, known = draft.facts.strategy.bureau, draft.facts.bureau
    standing = None if known is None else _standing(known)
    if section is None or known is None or standing is None:
        return
    status = _STATUSES.get(outcome)
    if status is None:
        key = standing.key
        task_id = f"{REVIEW_TASK}/{draft.case.case_id}"
        draft.entries.append(AddTask(task_id=task_id, task=REVIEW_TASK, detail={"report": key}))
        return
    no = 1 + sum(each.report.kind is ReportKind.UPDATE for each in known.reports)
    told = {"key": f"{draft.case.case_id}/bureau/update/{no}", "kind": ReportKind.UPDATE, "status": status}
    _ask(draft, section, standing.model_copy(update={**told, "days_past_due": 0, "dispute": None}))


def perform_reports(draft: Draft) -> None:
    """Give what the ledger has as wanted, until the bureau has it: the same key has one effect.

    A case that is closed gives nothing again: each report is a task until the bureau has answered.
    """
    new = {entry.report.key: entry.report for entry in draft.entries if isinstance(entry, AskReport)}
    known = () if draft.facts.bureau is None or draft.case.closure is not None else draft.facts.bureau.reports
    wanted = {each.report.key: each.report for each in known if each.state is ReportState.WANTED}
    reports = tuple({**wanted, **new}.values())
    if reports:
        case = draft.case
        draft.commands.append(
            TellBureau(
                key=reports[-1].key,
                case_id=case.case_id,
                account_id=case.account.account_id,
                as_of=draft.at,
                reports=reports,
            )
        )


def _days(section: BureauTerms, rules: Reporting | None) -> tuple[int, int]:
    """Whole days between notice and report, and the first day past due on which something may be reported.

    The rule's ``min_dpd`` is read as "more than", whichever the instrument says: a day later is never too early.
    """
    wait = max(section.notice_days, (rules and rules.wait_days_after_send) or 0)
    least = section.report_from_dpd
    return wait, least if rules is None or rules.min_dpd is None else max(least, rules.min_dpd + 1)


def _has_told(known: BureauFacts) -> bool:
    """What stands is not told twice, and what the bureau refused is for a person."""
    negative = [each for each in known.reports if each.report.kind is ReportKind.NEGATIVE]
    refused = bool(negative) and negative[-1].state is ReportState.REFUSED
    return refused or _standing(known) is not None


def _standing(known: BureauFacts) -> BureauReport | None:
    """The last report that the bureau has or is about to have, while it says that something is past due."""
    told = [each.report for each in known.reports if each.state in _TOLD]
    return told[-1] if told and told[-1].status is ReportStatus.PAST_DUE else None


def _round(known: BureauFacts) -> int:
    """After a report that ended by an update the customer is told anew."""
    told: list[KnownReport] = [each for each in known.reports if each.state in _TOLD]
    return 1 + sum(each.report.kind is ReportKind.NEGATIVE for each in told)


def _was_reported(dispute: OpenDispute, standing: BureauReport) -> bool:
    """Whether some of what was disputed had fallen due in time to be a part of what was reported."""
    last_due: date = standing.oldest_due_on + timedelta(days=standing.days_past_due)
    return not dispute.due_on or min(dispute.due_on) <= last_due


def _corrected(
    draft: Draft, section: BureauTerms, standing: BureauReport, dispute: OpenDispute, wrong: Money
) -> BureauReport | None:
    """So much of what was reported was not owed; what a bureau is told stands until the next report."""
    rest = max(standing.past_due - wrong, Money.zero(standing.past_due.currency))
    status = ReportStatus.PAST_DUE if rest.amount > 0 else ReportStatus.NOT_PAST_DUE
    key = f"{draft.case.case_id}/bureau/correction/{dispute.id}"
    told = {"key": key, "kind": ReportKind.CORRECTION, "status": status, "past_due": rest, "dispute": dispute.id}
    corrected = standing.model_copy(update=told)
    _ask(draft, section, corrected)
    return corrected if status is ReportStatus.PAST_DUE else None


def _ask(draft: Draft, section: BureauTerms, report: BureauReport) -> None:
    """Keep it, with the task that somebody looks when the bureau has not answered in time."""
    until = days_after(draft.today, section.answer_within_days)
    detail = {"report": report.key, "kind": report.kind.value}
    task = AddTask(
        task_id=f"{REPORT_TASK}/{report.key}", task=REPORT_TASK, due_at=midnight_after(draft, until), detail=detail
    )
    draft.entries += [AskReport(report=report), task]
    draft.note(f"Tells the credit bureau, {report.told}.")
