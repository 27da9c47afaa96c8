"""Calls as tasks for people."""

from datetime import date

from activities.channels.call import CallTasks
from domain.model.message import Rendered
from domain.model.strategy import Channel
from tests.activities.channels.messages import KEY, outgoing


class Tasks:
    """A list of tasks that keeps the first of a key."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[object, ...]] = {}

    def add(self, key: str, account_id: str, on: date, must_say: tuple[str, ...], text: str) -> str:
        self.kept.setdefault(key, (account_id, on, must_say, text))
        return f"task-{key}"

    def find(self, key: str) -> str | None:
        return f"task-{key}" if key in self.kept else None


def test_a_call_becomes_one_task_that_says_what_must_be_said_and_holds_no_number() -> None:
    tasks = Tasks()
    channel = CallTasks(tasks)
    assert channel.lookup(KEY) is None
    content = Rendered(text="Ask when it will be paid.", must_say=("This call is from a debt collector.",))
    call = outgoing(Channel.CALL, "+886912345678", content=content)
    assert channel.deliver(call) == channel.deliver(call) == channel.lookup(KEY)
    said = ("A-1", date(2026, 3, 2), ("This call is from a debt collector.",), "Ask when it will be paid.")
    assert tasks.kept == {KEY: said}
