from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.model.errors import InputError
from starter.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DUECOURSE_{name.upper()}", raising=False)


def test_without_a_word_everything_is_in_one_folder() -> None:
    settings = load_settings()
    assert settings.ledger == "sqlite:///duecourse-data/ledger.db"
    assert settings.outbox == Path("duecourse-data/outbox")
    assert settings.strategy == "card-standard"


def test_every_setting_has_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", "/somewhere")
    monkeypatch.setenv("DUECOURSE_LEDGER_URL", "postgresql://host/db")
    monkeypatch.setenv("DUECOURSE_HISTORY_BOUND", "60")
    settings = load_settings()
    assert (settings.ledger, settings.outbox) == ("postgresql://host/db", Path("/somewhere/outbox"))
    assert settings.history_bound == 60


@pytest.mark.parametrize(
    ("name", "value"),
    [("HISTORY_BOUND", "many"), ("HISTORY_BOUND", "1"), ("WORKFLOW_TASKS", "21"), ("ACTIVITIES", "0")],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DUECOURSE_{name}", value)
    with pytest.raises(InputError) as refused:
        load_settings()
    assert str(refused.value).startswith(f"DUECOURSE_{name}: Input should be")
    assert "\n" not in str(refused.value)


def test_settings_are_never_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings().strategy = "another"


def test_settings_of_a_channel_that_are_no_parts_are_told_in_one_line_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DUECOURSE_EMAIL", "canary")
    with pytest.raises(InputError, match=r'"email".*DUECOURSE_<NAME>__<PART>') as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_files_of_secrets_are_set_apart_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().callback_secrets == ()
    monkeypatch.setenv("DUECOURSE_CALLBACK_SECRETS", " /run/new, /run/old ,")
    assert load_settings().callback_secrets == (Path("/run/new"), Path("/run/old"))
