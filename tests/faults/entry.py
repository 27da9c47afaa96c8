"""Small ways in, each a process: what they do is little, and how they end is what is looked at.

`client CODE`: connects, makes one call, ends with the code. `server CODE`: starts an embedded server and stops it.
"""

from __future__ import annotations

import asyncio
import sys

from domain.model.errors import InputError, SurroundingsError
from starter.connection import connect, leave_cleanly
from starter.requests import look
from starter.server import embedded_server
from starter.settings import Settings, load_settings


async def client(settings: Settings, code: int) -> None:
    connected = await connect(settings)
    if code == 2:
        await look(connected, "an-account-without-a-case")
    await connected.count_workflows()
    _fail(code)


async def server(settings: Settings, code: int) -> None:
    async with embedded_server(settings) as embedded:
        await embedded.client.count_workflows()
        _fail(code)


def _fail(code: int) -> None:
    if code == 1:
        raise SurroundingsError("something around this process broke")
    if code == 2:
        raise InputError("what was asked of this process made no sense")


def main(way: str, code: int) -> int:
    """As every way in does it: the errors that users see become a line and a code."""
    leave_cleanly()
    try:
        asyncio.run({"client": client, "server": server}[way](load_settings(), code))
    except (InputError, SurroundingsError) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
