"""The closed list of what an activity fails with, and the one place that words it: codes and places, never content."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from temporalio.exceptions import ApplicationError, CancelledError

from activities.channels.base import ChannelUnavailable, NotTaken
from domain.model.errors import InputError, SurroundingsError
from ledger.engine import is_unavailable
from workflows.ports.case import LEDGER_UNAVAILABLE

_ROOT = Path(__file__).parent.parent
_OURS = frozenset(("activities", "domain", "ledger", "policies", "starter"))


class ErrorType(StrEnum):
    """Everything that an activity of the house fails with; all of them are tried again."""

    LEDGER_UNAVAILABLE = LEDGER_UNAVAILABLE
    """The ledger is away: a regular activity waits for it."""
    CHANNEL_UNAVAILABLE = "ChannelUnavailable"
    """The channel did not take the message now, and surely does not have it."""
    UNDER_WAY = "UnderWay"
    """Another attempt at the same effect has just begun: this one gives way."""
    SURROUNDINGS = "Surroundings"
    """Something around the worker does not allow it: the line says what."""
    UNEXPECTED = "Unexpected"
    """A bug: mended by a deploy, and tried again until then."""


class UnderWay(Exception):  # noqa: N818 a state of the effect, not an error
    """Another attempt at the same effect has just begun."""


_KINDS: Mapping[type[Exception], ErrorType] = {
    ChannelUnavailable: ErrorType.CHANNEL_UNAVAILABLE,
    UnderWay: ErrorType.UNDER_WAY,
    SurroundingsError: ErrorType.SURROUNDINGS,
}


@contextmanager
def told() -> Iterator[None]:
    """Let every failure of the block leave as one of the closed list, without cause: causes carry SQL and content."""
    try:
        yield
    except (ApplicationError, CancelledError):
        raise
    except Exception as error:
        later = error.retry_after if isinstance(error, NotTaken) else None
        raise ApplicationError(describe(error), type=error_type(error), next_retry_delay=later) from None


def error_type(error: Exception) -> ErrorType:
    """The kind of failure that an exception means."""
    if is_unavailable(error):
        return ErrorType.LEDGER_UNAVAILABLE
    return next((kind for ours, kind in _KINDS.items() if isinstance(error, ours)), ErrorType.UNEXPECTED)


def describe(error: Exception) -> str:
    """One line for people; an exception that is not ours is named by kind and place, as its text may hold content."""
    if is_unavailable(error):
        return "the ledger does not answer; the case goes on as soon as it does"
    if isinstance(error, (*_KINDS, InputError)):
        return " ".join(str(error).split())
    return f"{type(error).__name__} in {_place(error)}: a bug or a broken ledger; see the worker's version and mend it"


def _place(error: Exception) -> str:
    """The last line of ours that the exception passed."""
    place, step = "unknown place", error.__traceback__
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        inside = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path()
        if inside.parts and inside.parts[0] in _OURS:
            place = f"{inside.as_posix()}:{step.tb_lineno}"
        step = step.tb_next
    return place
