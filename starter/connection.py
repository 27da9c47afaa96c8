"""The one way to reach Temporal: address, TLS, data converter, and a clean exit."""

from __future__ import annotations

import asyncio
import atexit
import dataclasses
import time
from functools import cache

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import SurroundingsError
from starter.encryption import EncryptionCodec, payload_keys
from starter.settings import Settings
from workflows.names import SEARCH_ATTRIBUTES

WRITTEN_WITH = "is DUECOURSE_PAYLOAD_KEY the key that it was written with?"
"""What to ask when a payload cannot be read."""
_EXIT_PAUSE_S = 0.3
_CONNECT_WITHIN_S = 10
"""A server that takes the connection and says nothing is as absent as one that refuses it."""


@cache
def leave_cleanly() -> None:
    """Let the SDK's native threads come to rest before the interpreter goes.

    A process that made any call to Temporal can crash while it exits, after success (temporalio/sdk-python#300).
    A short wait, registered before anything else, gave 0 aborts where 1 in 10 was seen. Every way in uses it.
    """
    atexit.register(time.sleep, _EXIT_PAUSE_S)


def data_converter(settings: Settings) -> DataConverter:
    """The converter of every client, worker and replayer: a history can be read only with the one that wrote it."""
    keys = payload_keys(settings)
    if keys is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: Settings, *, address: str | None = None) -> Client:
    """Connect to the server named by Temporal's own variables or file; with ``address`` to the embedded one there.

    Raises SurroundingsError when no server or no such namespace is there, or its TLS files cannot be used.
    """
    leave_cleanly()
    converter = data_converter(settings)
    config = _configured() if address is None else ClientConnectConfig(target_host=address)
    config.setdefault("target_host", "localhost:7233")
    config.setdefault("namespace", "default")
    try:
        async with asyncio.timeout(_CONNECT_WITHIN_S):
            client = await Client.connect(**config, data_converter=converter)
            await _refuse_unknown_namespace(client)
    except SurroundingsError:
        raise
    except ValueError as error:
        raise _unusable(error) from error
    except (RPCError, RuntimeError, OSError) as error:
        raise SurroundingsError(_no_answer(config)) from error
    return client


def _configured() -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config()
    except OSError as error:
        raise SurroundingsError(
            f"the Temporal client configuration cannot be used: {error.filename}: {error.strerror}"
        ) from error
    except (RuntimeError, ValueError) as error:
        raise _unusable(error) from error


def _unusable(error: Exception) -> SurroundingsError:
    return SurroundingsError(f"the Temporal client configuration cannot be used: {' '.join(str(error).split())}")


def _no_answer(config: ClientConnectConfig) -> str:
    over, check = (" over TLS", "check the TLS files") if config.get("tls") else ("", "run `duecourse dev`")
    return f"no Temporal server answers at {config['target_host']}{over}: {check} or set TEMPORAL_ADDRESS"


async def _refuse_unknown_namespace(client: Client) -> None:
    """Without this, every case of a namespace that is not there would look like one that is not open."""
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise SurroundingsError(
                f"the Temporal server has no namespace {client.namespace}: create it or set TEMPORAL_NAMESPACE"
            ) from error
        if error.status is not RPCStatusCode.PERMISSION_DENIED:
            raise


async def register_search_attributes(client: Client) -> tuple[str, ...]:
    """Register the search attributes that the server lacks; return their names.

    A workflow that sets an attribute the server does not know fails its task for ever, so no worker starts without.
    """
    service = client.operator_service
    try:
        known = await service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
        missing = {
            key.name: IndexedValueType.ValueType(key.indexed_value_type)
            for key in SEARCH_ATTRIBUTES
            if key.name not in known.custom_attributes
        }
        if missing:
            await service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:
            return ()
        names = ", ".join(key.name for key in SEARCH_ATTRIBUTES)
        raise SurroundingsError(f"the search attributes {names} can't be registered: ask an operator") from error
    return tuple(sorted(missing))


def raise_if_cancelled(error: Exception) -> None:
    """Go on being cancelled: the SDK tells a call that was cancelled and one that took too long in one error.

    Whoever takes that error for a time-out, and tries again, never ends.
    """
    if (task := asyncio.current_task()) and task.cancelling():
        raise asyncio.CancelledError from error
