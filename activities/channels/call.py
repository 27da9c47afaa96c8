"""A call is a task for a person: codes only; what has to be said is put into words when an agent opens it."""

from datetime import time

from sqlalchemy import Connection

from activities.channels.base import Outgoing, Receipt, Rejected, Rejection
from domain.calendar import days_after, local_instant
from ledger import accounts, messages, tasks
from ledger.engine import Ledger
from ledger.tasks import Task


class CallTasks:
    """Hands calls to agents: delivered means that the task is on their list, not that anybody called."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def deliver(self, message: Outgoing) -> Receipt:
        """Put the task on the list, once under the key; it names no number, as an agent's own system shows it."""
        with self._ledger.write() as conn:
            task_id = tasks.call(message.key)
            if tasks.get(conn, task_id) is None:
                tasks.add(conn, _task(conn, message, task_id))
        return Receipt(reference=task_id)

    def lookup(self, key: str) -> Receipt | None:
        """The key's task, open or done."""
        with self._ledger.read() as conn:
            task = tasks.get(conn, tasks.call(key))
        return Receipt(reference=task.task_id) if task is not None else None


def _task(conn: Connection, message: Outgoing, task_id: str) -> Task:
    row = messages.get(conn, message.key)
    if row is None:
        raise Rejected("a call needs its message in the ledger", Rejection.NO_MESSAGE)
    zone = accounts.get_account(conn, message.account_id).zone
    return Task(
        task_id=task_id,
        person_id=row.person_id,
        kind=tasks.CALL,
        at=row.intent_at,
        case_id=row.case_id,
        account_id=message.account_id,
        due_at=local_instant(days_after(message.on, 1), time(), zone),
        detail={"message": message.key, "notice": message.notice},
        must_say=message.conditions,
    )
