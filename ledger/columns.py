"""Column types that mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

INSTANT_STORAGE: TypeEngine[datetime] = DateTime(timezone=True).with_variant(BigInteger(), "sqlite")
"""How an instant lies in the table: ``timestamptz``, and on SQLite, which has no such type, microseconds since 1970."""

SERIAL: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives: SQLite counts only what is named INTEGER."""


class Instant(TypeDecorator[datetime]):
    """An aware instant: any zone goes in, UTC comes out; a naive one is refused."""

    impl = INSTANT_STORAGE
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone: an instant is aware")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        if value is None:
            return None
        if isinstance(value, int):
            return _EPOCH + value * _MICROSECOND
        return value.astimezone(UTC)
