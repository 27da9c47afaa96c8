"""Sealing: what is sealed is read again by its key and about its thing only."""

import pytest

from domain.model.errors import InputError
from starter.encryption import Keys
from starter.sealing import ledger_keys, seal, unseal
from starter.settings import Settings

OLD, NEW = f"k1:{'0a' * 32}", f"k2:{'0b' * 32}"
WORDS = "晚上害怕电话 — hears voices"


def test_what_was_sealed_is_read_again_also_after_the_key_changed() -> None:
    sealed = seal(WORDS, Keys.parse(OLD), "t-1")
    assert sealed.startswith("k1:")
    assert WORDS not in sealed
    assert unseal(sealed, Keys.parse(f"{NEW}\n{OLD}"), "t-1") == WORDS
    assert seal(WORDS, Keys.parse(f"{NEW} {OLD}"), "t-1").startswith("k2:")


def test_the_same_words_are_sealed_otherwise_each_time() -> None:
    keys = Keys.parse(OLD)
    assert seal(WORDS, keys, "t-1") != seal(WORDS, keys, "t-1")


@pytest.mark.parametrize(
    ("keys", "about", "change", "why"),
    [
        (NEW, "t-1", lambda sealed: sealed, "sealed under the key k1, which is not in DUECOURSE_LEDGER_KEY_FILE"),
        (OLD, "t-2", lambda sealed: sealed, "not what was sealed about t-2"),
        (f"k1:{'0c' * 32}", "t-1", lambda sealed: sealed, "not what was sealed about t-1"),
        (OLD, "t-1", lambda sealed: sealed[:-8] + "AAAAAAA=", "not what was sealed about t-1"),
        (OLD, "t-1", lambda sealed: "k1:AAAA", "not what was sealed about t-1"),
    ],
)
def test_another_key_another_thing_or_a_changed_text_is_not_read(keys, about, change, why) -> None:
    sealed = change(seal(WORDS, Keys.parse(OLD), "t-1"))
    with pytest.raises(InputError, match=why) as refused:
        unseal(sealed, Keys.parse(keys), about)
    assert WORDS not in str(refused.value)


@pytest.mark.parametrize(("content", "why"), [(None, "cannot be read"), ("nonsense", "DUECOURSE_LEDGER_KEY_FILE: ")])
def test_a_key_file_that_cannot_be_used_is_told_without_its_content(tmp_path, content, why) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=why) as refused:
        ledger_keys(Settings(ledger_key_file=file))
    assert "nonsense" not in str(refused.value)
    with pytest.raises(InputError, match="the ledger has no key for what is sealed"):
        ledger_keys(Settings())
