"""Disputes and hardships: their steps, from the talk to the outcome."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0011"
down_revision = "0010"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create both tables; of what was told before nobody kept how far it came."""
    op.create_table(
        "disputes",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("dispute_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        *_whose(),
        sa.Column("resolve_by", sa.Date(), nullable=False),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("correction_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=True),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("dispute", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "dispute_id", "step", name="pk_disputes"),
        *_keys("disputes"),
    )
    op.create_table(
        "hardships",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        *_whose(),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("hardship", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "message_id", name="pk_hardships"),
        *_keys("hardships"),
    )
    keep_as_written("disputes", "hardships")


def _whose() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )


def _keys(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{of}.{column}"], name=f"fk_{table}_{column}_{of}")
        for column, of in (("case_id", "cases"), ("person_id", "persons"), ("account_id", "accounts"))
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("hardships")
    op.drop_table("disputes")
