"""Mandates of customers, and the debits that were asked for by them."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.debit_triggers import forbid_changes

revision = "0014"
down_revision = "0013"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_OPEN, _MADE = sa.text("settled_at IS NULL"), sa.text("state <> 'failed'")
_DAY = ["account_id", "on_date"]


def upgrade() -> None:
    """Create both tables, then forbid changing what they are about."""
    _mandates()
    _debits()
    forbid_changes()


def downgrade() -> None:
    """Drop them, with their triggers."""
    op.drop_table("debits")
    op.drop_table("mandates")


def _mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("most_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        _key("mandates", "person_id", "persons"),
        _key("mandates", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("mandate_id", name="pk_mandates"),
    )
    op.create_index("ix_mandates_account_id", "mandates", ["account_id"])


def _debits() -> None:
    op.create_table(
        "debits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("plan_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        _key("debits", "case_id", "cases"),
        _key("debits", "account_id", "accounts"),
        _key("debits", "mandate_id", "mandates"),
        sa.PrimaryKeyConstraint("key", name="pk_debits"),
    )
    op.create_index("ix_debits_case_id", "debits", ["case_id"])
    op.create_index("ix_debits_account_id_on_date", "debits", _DAY)
    op.create_index("ux_debits_once_a_day", "debits", _DAY, unique=True, sqlite_where=_MADE, postgresql_where=_MADE)
    op.create_index("ix_debits_open", "debits", ["wanted_at", "key"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.{column}"], name=f"fk_{table}_{column}_{of}")
