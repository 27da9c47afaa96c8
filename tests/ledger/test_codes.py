"""Codes: what may stand in a record that people read, so that no personal data gets there."""

import pytest

from domain.model.errors import InputError
from ledger.codes import code, codes_only


@pytest.mark.parametrize(
    "text", ["op-1", "cn.day", "a1/1/first/1", "America/Argentina/Buenos_Aires", "Etc/GMT+8", "x" * 100]
)
def test_a_code_is_kept(text: str) -> None:
    assert code("x", text) == text


@pytest.mark.parametrize("text", ["", "two words", "ann@example.org", "張三", "line\n", "tab\t", "x" * 101])
def test_what_could_be_a_text_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InputError, match=r"^reason is no code: write up to 100") as refused:
        code("reason", text)
    assert not text or text not in str(refused.value)


def test_numbers_and_nothing_are_no_texts() -> None:
    value = {"a": [1, 2.5, None, True, "ok"], "b": {"c": "ok"}}
    assert codes_only("detail", value) == value
