"""Names that other systems use: task queues, workflow ids, search attributes. None of them ever changes."""

from datetime import UTC, datetime, time

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from domain.model.case import Attributes

CASES_QUEUE = "duecourse-cases"
"""Case workflows, their decisions and their messages."""
LEDGER_QUEUE = "duecourse-ledger"
"""Waiting for a ledger that is away: a queue of its own, because each waiting case holds a slot."""
OPERATIONS_QUEUE = "duecourse-operations"
"""The feed and the reconciler: a burst of cases must not keep them waiting."""

LEDGER_FEED = "LedgerFeed"
"""Type of the workflow that makes one pass over what changed in the ledger."""
FEED_SCHEDULE = "ledger-feed"
"""Id of the schedule that runs the feed; that of its runs begins so too."""

RECONCILER = "Reconciler"
"""Type of the workflow that brings together cases, their runs and the ledger where they came apart."""
RECONCILE_SCHEDULE = "reconciler"
"""Id of the schedule that runs the reconciler; that of its runs begins so too."""

DOORBELL = "ledger_changed"
"""The signal that says: look at the ledger. It has no content."""

STAGE = SearchAttributeKey.for_keyword("Stage")
OLDEST_DUE_DATE = SearchAttributeKey.for_datetime("OldestDueDate")
PAST_DUE_AMOUNT = SearchAttributeKey.for_float("PastDueAmount")
CURRENCY = SearchAttributeKey.for_keyword("Currency")
STRATEGY = SearchAttributeKey.for_keyword("Strategy")
OUTCOME = SearchAttributeKey.for_keyword("Outcome")
PROMISE_DUE_ON = SearchAttributeKey.for_datetime("PromiseDueOn")
PLAN_STATUS = SearchAttributeKey.for_keyword("PlanStatus")
SEARCH_ATTRIBUTES = (STAGE, OLDEST_DUE_DATE, PAST_DUE_AMOUNT, CURRENCY, STRATEGY, OUTCOME, PROMISE_DUE_ON, PLAN_STATUS)


def case_workflow_id(account_id: str) -> str:
    """One open case for an account: the id is the account's, the server keeps it unique."""
    return f"case/{account_id}"


Update = SearchAttributeUpdate[str] | SearchAttributeUpdate[datetime] | SearchAttributeUpdate[float]


def search_attribute_updates(values: Attributes) -> list[Update]:
    """Search attributes as the server takes them; amounts in whole currency units, dates at midnight UTC."""
    due_on, past_due, outcome = values.oldest_due_on, values.past_due, values.outcome
    return [
        STAGE.value_set(values.stage.value),
        CURRENCY.value_set(values.currency),
        STRATEGY.value_set(values.strategy),
        OLDEST_DUE_DATE.value_set(datetime.combine(due_on, time(), UTC)) if due_on else OLDEST_DUE_DATE.value_unset(),
        PAST_DUE_AMOUNT.value_set(float(past_due.amount)) if past_due else PAST_DUE_AMOUNT.value_unset(),
        OUTCOME.value_set(outcome.value) if outcome else OUTCOME.value_unset(),
        *_promise(values),
        *_plan(values),
    ]


def _promise(values: Attributes) -> list[Update]:
    """Nothing at all where a step was recorded before there were promises: a replay makes the command that it made."""
    if "promise_due_on" not in values.model_fields_set:
        return []
    due_on = values.promise_due_on
    return [PROMISE_DUE_ON.value_set(datetime.combine(due_on, time(), UTC)) if due_on else PROMISE_DUE_ON.value_unset()]


def _plan(values: Attributes) -> list[Update]:
    """The same for steps from before there were plans."""
    if "plan_status" not in values.model_fields_set:
        return []
    status = values.plan_status
    return [PLAN_STATUS.value_set(status.value) if status else PLAN_STATUS.value_unset()]


def first_search_attributes(values: Attributes) -> TypedSearchAttributes:
    """The same, given at the start, where they cost nothing."""
    updates = search_attribute_updates(values)
    return TypedSearchAttributes([SearchAttributePair(u.key, u.value) for u in updates if u.value is not None])
