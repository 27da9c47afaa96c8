"""Re-ages: who asked for one, who approved it, and what became of it."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0016"
down_revision = "0015"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_OF = (("case_id", "cases"), ("person_id", "persons"), ("account_id", "accounts"))


def upgrade() -> None:
    """Create the table, and a way to an account's adjustments: before, no account was re-aged."""
    op.create_index("ix_adjustments_account_id_kind", "adjustments", ["account_id", "kind"], unique=False)
    op.create_table(
        "re_ages",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("re_age_id", sa.Text(), nullable=False),
        sa.Column("change_no", sa.Integer(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("re_age", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "re_age_id", "change_no", "recorded_at", name="pk_re_ages"),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.{column}"], name=f"fk_re_ages_{column}_{of}")
            for column, of in _OF
        ),
    )
    keep_as_written("re_ages")


def downgrade() -> None:
    """Drop it, with its triggers."""
    op.drop_table("re_ages")
    op.drop_index("ix_adjustments_account_id_kind", table_name="adjustments")
