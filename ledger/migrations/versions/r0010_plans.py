"""Repayment plans with their instalments, how they stood, and what was asked of the card system."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written
from ledger.migrations.plan_triggers import forbid_changes

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_OPEN = sa.text("settled_at IS NULL")
_VERSION = ("case_id", "plan_no", "version", "agreed_at")


def upgrade() -> None:
    """Create the tables, then forbid changing what was agreed and what was asked."""
    _plans()
    _instalments()
    _steps()
    _adjustments()
    for table in ("plans", "plan_instalments", "plan_steps"):
        keep_as_written(table)
    forbid_changes()


def downgrade() -> None:
    """Drop them, with their triggers."""
    for table in ("adjustments", "plan_steps", "plan_instalments", "plans"):
        op.drop_table(table)


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("first_signed_on", sa.Date(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("class_floor", sa.Text(), nullable=True),
        sa.Column("observed_until", sa.Date(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_plans_account_id_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_plans_case_id_cases"),
        sa.PrimaryKeyConstraint(*_VERSION, name="pk_plans"),
    )
    op.create_index("ix_plans_account_id_first_signed_on", "plans", ["account_id", "first_signed_on"])


def _instalments() -> None:
    op.create_table(
        "plan_instalments",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=False),
        sa.Column("instalment_no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("interest_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            _VERSION, [f"plans.{name}" for name in _VERSION], name="fk_plan_instalments_case_id_plans"
        ),
        sa.PrimaryKeyConstraint(*_VERSION, "instalment_no", name="pk_plan_instalments"),
        sqlite_with_rowid=False,
    )


def _steps() -> None:
    op.create_table(
        "plan_steps",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("change_no", sa.Integer(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("ends_early_on", sa.Date(), nullable=True),
        sa.Column("ends_early_minor", sa.BigInteger(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_plan_steps_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "plan_no", "change_no", "recorded_at", name="pk_plan_steps"),
    )


def _adjustments() -> None:
    op.create_table(
        "adjustments",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("percent", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_adjustments_account_id_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_adjustments_case_id_cases"),
        sa.PrimaryKeyConstraint("key", name="pk_adjustments"),
    )
    op.create_index("ix_adjustments_case_id", "adjustments", ["case_id"])
    op.create_index(
        "ix_adjustments_open", "adjustments", ["wanted_at", "key"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
