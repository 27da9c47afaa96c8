"""Reports to a credit bureau: wanted, sent, confirmed or refused."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.plan_triggers import Instructions, forbid_changes

revision = "0015"
down_revision = "0014"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_TABLE = "bureau_reports"
_OPEN = sa.text("settled_at IS NULL")
_ASKED = "status, past_due_minor, currency, oldest_due_on, days_past_due, dispute, wanted_at"
_BACKWARDS = (
    "OLD.settled_at IS NOT NULL OR (OLD.state = 'sent' AND NEW.state = 'wanted') "
    "OR (OLD.tried_at IS NOT NULL AND NEW.tried_at IS NULL)"
)


def upgrade() -> None:
    """Create the table, then forbid changing what a bureau may have, and what it answered."""
    op.create_table(
        _TABLE,
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("past_due_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("oldest_due_on", sa.Date(), nullable=False),
        sa.Column("days_past_due", sa.Integer(), nullable=False),
        sa.Column("dispute", sa.Text(), nullable=True),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_bureau_reports_account_id_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_bureau_reports_case_id_cases"),
        sa.PrimaryKeyConstraint("key", name="pk_bureau_reports"),
    )
    op.create_index("ix_bureau_reports_case_id", _TABLE, ["case_id"])
    op.create_index("ix_bureau_reports_open", _TABLE, ["wanted_at", "key"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    tried = "OLD.state <> 'wanted' OR OLD.tried_at IS NOT NULL"
    forbid_changes(Instructions(table=_TABLE, asked=_ASKED, given=tried, backwards=_BACKWARDS))


def downgrade() -> None:
    """Drop it, with its triggers."""
    op.drop_table(_TABLE)
