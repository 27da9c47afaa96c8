import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.channels.base import ChannelUnavailable, Outgoing
from activities.channels.file import FileChannel, render
from activities.channels.folder import file_name
from domain.model.message import Rendered
from domain.model.strategy import Channel
from tests.activities.channels.messages import KEY, REFERENCE, outgoing


def message(on: date = date(2026, 3, 2)) -> Outgoing:
    return outgoing(Channel.FILE, "file:A-1", on=on)


def files(outbox: Path) -> list[Path]:
    return sorted(path for path in outbox.rglob("*") if path.is_file())


def test_a_message_is_one_readable_file_in_the_folder_of_its_day(tmp_path: Path) -> None:
    receipt = FileChannel(tmp_path).deliver(message())
    (written,) = files(tmp_path)
    assert written.relative_to(tmp_path).as_posix() == receipt.reference
    assert written.parent.name == "2026-03-02"
    assert written.read_text(encoding="utf-8").splitlines() == [
        "Date: 2026-03-02",
        "To: file:A-1",
        "Subject: Your card account A-1",
        "Account: A-1",
        f"Reference: {REFERENCE}",
        "",
        "1,234.56 TWD on account A-1 has been due since 2026-02-16.",
        "",
        "Please pay it, or call us.",
    ]


def test_a_message_without_a_subject_has_no_line_for_it(tmp_path: Path) -> None:
    FileChannel(tmp_path).deliver(outgoing(Channel.FILE, "file:A-1", content=Rendered(text="您好")))
    assert files(tmp_path)[0].read_text(encoding="utf-8").splitlines() == [
        "Date: 2026-03-02",
        "To: file:A-1",
        "Account: A-1",
        f"Reference: {REFERENCE}",
        "",
        "您好",
    ]


def test_the_same_key_again_returns_the_first_receipt_even_on_another_day(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    first = channel.deliver(message())
    assert channel.deliver(message(on=date(2026, 3, 3))) == first
    assert len(files(tmp_path)) == 1


def test_a_key_is_found_once_it_was_delivered_and_not_before(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "not-made-yet")
    assert channel.lookup(KEY) is None
    receipt = channel.deliver(message())
    assert channel.lookup(KEY) == receipt
    assert channel.lookup("A-1/1/first-reminder/2") is None


def test_many_writers_of_one_key_at_the_same_time_leave_one_file(tmp_path: Path) -> None:
    ready, receipts = threading.Barrier(8), []

    def write() -> None:
        ready.wait()
        receipts.append(FileChannel(tmp_path).deliver(message()))

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
    assert FileChannel(tmp_path).lookup(KEY) is None


def test_an_outbox_that_cannot_be_used_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    channel = FileChannel(tmp_path / "outbox")
    with pytest.raises(ChannelUnavailable, match=r"^the outbox folder .*outbox cannot be used \(.*\): make it a"):
        channel.deliver(message())
    with pytest.raises(ChannelUnavailable):
        channel.lookup(KEY)


def test_a_line_break_in_a_value_cannot_forge_a_header(tmp_path: Path) -> None:
    FileChannel(tmp_path).deliver(outgoing(Channel.FILE, "file:A-1\nAccount: A-2\u2028Account: A-3\x00"))
    text = files(tmp_path)[0].read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("Account")] == ["Account: A-1"]
    assert "\x00" not in text


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


def test_a_message_that_others_may_read_names_no_account_beside_its_text() -> None:
    text = render(outgoing(Channel.FILE, "a", content=Rendered(text="Please call us."), discreet=True))
    assert "Account:" not in text
    assert "A-1/1" not in text
