"""A call is a task for a person: who is to be called is in the ledger, here is what has to be said."""

from datetime import date
from typing import Protocol

from activities.channels.base import Outgoing, Receipt


class TaskStore(Protocol):
    """Where the tasks of agents are kept."""

    def add(self, key: str, account_id: str, on: date, must_say: tuple[str, ...], text: str) -> str:
        """Keep a task once under its key; returns its id, the first one when the key is there already."""
        ...

    def find(self, key: str) -> str | None:
        """The id of the key's task, None when there surely is none."""
        ...


class CallTasks:
    """Hands calls to agents: delivered means that the task is on their list, not that anybody called."""

    def __init__(self, tasks: TaskStore) -> None:
        self._tasks = tasks

    def deliver(self, message: Outgoing) -> Receipt:
        """Put the task on the list; the number is not in it, as an agent's screen reads it when the call is made."""
        content = message.content
        task_id = self._tasks.add(message.key, message.account_id, message.on, content.must_say, content.text)
        return Receipt(reference=task_id)

    def lookup(self, key: str) -> Receipt | None:
        """The key's task."""
        task_id = self._tasks.find(key)
        return Receipt(reference=task_id) if task_id is not None else None
