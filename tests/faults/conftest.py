"""A server for the session, with namespaces in which several banks live side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.client import Client

from starter.connection import data_converter, register_search_attributes
from starter.server import Embedded, embedded_server
from starter.settings import Settings

LANES = ("lane-1", "lane-2", "lane-3")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live_server() -> AsyncIterator[Embedded]:
    """In live time, in memory."""
    namespaces = [argument for lane in LANES for argument in ("--namespace", lane)]
    async with embedded_server(Settings(), extra=namespaces) as embedded:
        await register_search_attributes(embedded.client)
        yield embedded


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lanes(live_server: Embedded) -> list[Client]:
    """One client for each namespace."""
    service, converter = live_server.client.service_client, data_converter(Settings())
    clients = [Client(service, namespace=lane, data_converter=converter) for lane in LANES]
    for client in clients:
        await register_search_attributes(client)
    return clients
