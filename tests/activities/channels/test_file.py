import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.channels.base import ChannelUnavailable, Outgoing
from activities.channels.file import FileChannel, file_name
from domain.model.money import Money
from domain.model.strategy import Channel


def outgoing(key: str = "A-1/1/first-reminder/1", on: date = date(2026, 3, 2)) -> Outgoing:
    return Outgoing(
        key=key,
        channel=Channel.FILE,
        address="file:A-1",
        notice="first-reminder",
        on=on,
        account_id="A-1",
        past_due=Money.of_minor(123456, "TWD"),
        oldest_due_on=date(2026, 2, 16),
    )


def files(outbox: Path) -> list[Path]:
    return sorted(path for path in outbox.rglob("*") if path.is_file())


def test_a_message_is_one_readable_file_in_the_folder_of_its_day(tmp_path: Path) -> None:
    receipt = FileChannel(tmp_path).deliver(outgoing())
    (written,) = files(tmp_path)
    assert written.relative_to(tmp_path).as_posix() == receipt.reference
    assert written.parent.name == "2026-03-02"
    assert written.read_text(encoding="utf-8").splitlines() == [
        "Date: 2026-03-02",
        "To: file:A-1",
        "Subject: First reminder",
        "Account: A-1",
        "Amount past due: 1,234.56 TWD",
        "Unpaid since: 2026-02-16",
        "",
        "According to our books 1,234.56 TWD on account A-1 has been due since 2026-02-16.",
        "Please pay this amount to your card account. If you have paid in the meantime, nothing more is needed.",
        "",
        "How to reply: contact your bank and name the account and this reference.",
        "Reference: A-1/1/first-reminder/1",
    ]


def test_the_same_key_again_returns_the_first_receipt_even_on_another_day(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    first = channel.deliver(outgoing())
    assert channel.deliver(outgoing(on=date(2026, 3, 3))) == first
    assert len(files(tmp_path)) == 1


def test_a_key_is_found_once_it_was_delivered_and_not_before(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "not-made-yet")
    assert channel.lookup("A-1/1/first-reminder/1") is None
    receipt = channel.deliver(outgoing())
    assert channel.lookup("A-1/1/first-reminder/1") == receipt
    assert channel.lookup("A-1/1/first-reminder/2") is None


def test_many_writers_of_one_key_at_the_same_time_leave_one_file(tmp_path: Path) -> None:
    ready, receipts = threading.Barrier(8), []

    def write() -> None:
        ready.wait()
        receipts.append(FileChannel(tmp_path).deliver(outgoing()))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 8
    assert len({receipt.reference for receipt in receipts}) == 1
    assert len(files(tmp_path)) == 1


def test_an_attempt_that_died_half_way_leaves_nothing_that_counts_as_delivered(tmp_path: Path) -> None:
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / ".unfinished" / "tmpabc").write_text("Date: 2026-")
    assert FileChannel(tmp_path).lookup("A-1/1/first-reminder/1") is None


def test_an_outbox_that_cannot_be_used_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    channel = FileChannel(tmp_path / "outbox")
    with pytest.raises(ChannelUnavailable, match=r"^the outbox folder .*outbox cannot be used \(.*\): make it a"):
        channel.deliver(outgoing())
    with pytest.raises(ChannelUnavailable):
        channel.lookup("A-1/1/first-reminder/1")


def test_a_line_break_in_a_value_cannot_forge_a_line_of_the_text(tmp_path: Path) -> None:
    FileChannel(tmp_path).deliver(outgoing().model_copy(update={"address": "file:A-1\nAmount past due: 0.00 TWD"}))
    text = files(tmp_path)[0].read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("Amount past due")] == [
        "Amount past due: 1,234.56 TWD"
    ]


@given(st.text(min_size=1, max_size=400))
@example("..")
@settings(deadline=None)
def test_a_file_name_is_safe_for_every_key(key: str) -> None:
    name = file_name(key)
    assert name == Path(name).name
    assert not name.startswith(".")
    assert name.isascii()
    assert len(name) < 160


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
@settings(deadline=None)
def test_two_keys_have_two_file_names(one: str, other: str) -> None:
    assert (file_name(one).lower() == file_name(other).lower()) == (one == other)
