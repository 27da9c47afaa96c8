"""How things are named: patterns of ids and codes, which stand where a text could hold anything."""

from typing import Annotated

from pydantic import Field

MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$")]
"""Chosen by the caller; the same request twice has one effect and the same answer, another one is refused."""
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,159}$")]
"""An id or a code of the bank's, such as that of a contact point: never an address, a name or a sentence."""
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""A step, a notice or a strategy."""
PermitId = Annotated[str, Field(pattern=r"^[^/\s][^/\r\n]{0,99}/[0-9]{1,6}/permit/[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$")]
"""A permit: the case that gave it, and the request that asked for it."""
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""A rule within its pack."""
PackId = Annotated[str, Field(pattern=r"^[a-z]{2,4}(\.[a-z0-9_]+)*$")]
"""A rule pack."""
