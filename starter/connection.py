"""The one way to reach Temporal: address, TLS, data converter, and a clean exit."""

from __future__ import annotations

import atexit
import dataclasses
import time
from functools import cache

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import SurroundingsError
from starter.encryption import EncryptionCodec, payload_key
from starter.settings import Settings
from workflows.names import SEARCH_ATTRIBUTES

_EXIT_PAUSE_S = 0.3


@cache
def leave_cleanly() -> None:
    """Let the SDK's native threads come to rest before the interpreter goes.

    A process that made any call to Temporal can crash while it exits, after success (temporalio/sdk-python#300).
    A short wait, registered before anything else, gave 0 aborts where 1 in 10 was seen. Every way in uses it.
    """
    atexit.register(time.sleep, _EXIT_PAUSE_S)


def data_converter(settings: Settings) -> DataConverter:
    """The converter of every client, worker and replayer: a history can be read only with the one that wrote it."""
    key = payload_key(settings)
    if key is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(key),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: Settings, *, address: str | None = None) -> Client:
    """Connect to the server named by Temporal's own variables or file; ``address`` wins (the embedded server)."""
    leave_cleanly()
    try:
        config = ClientConfig.load_client_connect_config()
    except RuntimeError as error:
        raise SurroundingsError(f"the Temporal client configuration cannot be used: {error}") from error
    config["target_host"] = address or config.get("target_host") or "localhost:7233"
    config.setdefault("namespace", "default")
    try:
        return await Client.connect(**config, data_converter=data_converter(settings))
    except (RPCError, RuntimeError, OSError) as error:
        raise SurroundingsError(
            f"no Temporal server answers at {config['target_host']}: run `duecourse dev` or set TEMPORAL_ADDRESS"
        ) from error


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
