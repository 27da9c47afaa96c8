"""One way to the server: by Temporal's own variables and file; what keeps it from answering is one line."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.model.errors import InputError, SurroundingsError
from starter import connection
from starter.connection import connect, register_search_attributes
from starter.server import Embedded, free_port
from starter.settings import Settings
from workflows.names import SEARCH_ATTRIBUTES


@pytest.fixture(autouse=True)
def without_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This machine's own way to a Temporal server is left aside."""
    for name in ("ADDRESS", "NAMESPACE", "API_KEY", "TLS", "PROFILE"):
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def refusal() -> str:
    with pytest.raises(SurroundingsError) as refused:
        await connect(Settings())
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def test_the_address_and_the_namespace_come_from_the_environment(
    server: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    assert (await connect(Settings())).namespace == "default"
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    assert "has no namespace nowhere: create it or set TEMPORAL_NAMESPACE" in await refusal()


async def test_the_address_comes_from_temporals_own_file(
    server: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text(f'[profile.default]\naddress = "{server.address}"\n[profile.other]\nnamespace = "nowhere"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    assert (await connect(Settings())).service_client.config.target_host == server.address
    monkeypatch.setenv("TEMPORAL_PROFILE", "other")
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    assert "has no namespace nowhere" in await refusal()


async def test_the_embedded_server_is_reached_whatever_the_environment_names(
    server: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ADDRESS", "127.0.0.1:1"), ("NAMESPACE", "nowhere"), ("TLS", "true"), ("API_KEY", "k")):
        monkeypatch.setenv(f"TEMPORAL_{name}", value)
    assert (await connect(Settings(), address=server.address)).namespace == "default"


async def test_a_server_that_is_not_there_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    assert await refusal() == (f"no Temporal server answers at {address}: run `duecourse dev` or set TEMPORAL_ADDRESS")


async def test_a_server_that_never_says_a_word_is_not_awaited_for_long(
    mute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_CONNECT_WITHIN_S", 0.3)
    monkeypatch.setenv("TEMPORAL_ADDRESS", mute)
    assert f"no Temporal server answers at {mute}" in await refusal()


def test_nobody_waits_longer_than_some_seconds_for_a_connection() -> None:
    assert connection._CONNECT_WITHIN_S <= 10


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"TLS_SERVER_CA_CERT_PATH": "none.pem"}, "none.pem: No such file or directory"),
        ({"TLS_SERVER_CA_CERT_PATH": "."}, "Is a directory"),
        ({"TLS_CLIENT_CERT_PATH": "junk.pem"}, "Must have both client cert and private key"),
        (
            {"TLS_CLIENT_CERT_PATH": "junk.pem", "TLS_CLIENT_KEY_PATH": "junk.pem"},
            "over TLS: check the TLS files or set TEMPORAL_ADDRESS",
        ),
        ({"TLS": "true"}, "over TLS: check the TLS files"),
        ({"PROFILE": "nobody"}, "Profile 'nobody' not found"),
        ({"CONFIG_FILE": "bad.toml"}, "TOML parse error"),
        ({"ADDRESS": "no address"}, "invalid target URL"),
        ({"ADDRESS": "no-such-host.invalid:7233"}, "no Temporal server answers at no-such-host.invalid:7233"),
    ],
)
async def test_a_configuration_that_cannot_be_used_is_told_in_one_line(
    server: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], message: str
) -> None:
    (tmp_path / "junk.pem").write_text("junk")
    (tmp_path / "bad.toml").write_text('[profile.default]\naddress = "unclosed')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    for name, value in variables.items():
        monkeypatch.setenv(f"TEMPORAL_{name}", value)
    assert message in await refusal()


async def test_a_key_that_cannot_be_read_is_told_before_anything_is_connected() -> None:
    with pytest.raises(InputError, match="a payload key must be"):
        await connect(Settings(payload_key="secret"))


async def test_the_search_attributes_are_registered_once(server: Embedded) -> None:
    await register_search_attributes(server.client)
    assert await register_search_attributes(server.client) == ()
    assert {key.name for key in SEARCH_ATTRIBUTES} == {
        *("Stage", "OldestDueDate", "PastDueAmount", "Currency", "Strategy", "Outcome", "PromiseDueOn", "PlanStatus")
    }
