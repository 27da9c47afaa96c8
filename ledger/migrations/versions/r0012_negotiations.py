"""Negotiations: what was proposed, offered and decided; and what is given up once it is earned."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written
from ledger.migrations.plan_triggers import fix_what_is_given_up, let_go_of_what_is_given_up

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_OF = (("case_id", "cases"), ("person_id", "persons"), ("account_id", "accounts"))


def upgrade() -> None:
    """Create the table; what was proposed before nobody kept."""
    op.create_table(
        "negotiations",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("change_no", sa.Integer(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _SAID),
        sa.Column("negotiation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "change_no", "recorded_at", name="pk_negotiations"),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.{column}"], name=f"fk_negotiations_{column}_{of}")
            for column, of in _OF
        ),
    )
    _concessions()
    for name in _PARTS:
        op.add_column("adjustments", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("adjustments", sa.Column("undoes", sa.Text(), nullable=True))
    fix_what_is_given_up()
    keep_as_written("negotiations", "concessions")


def downgrade() -> None:
    """Drop them."""
    let_go_of_what_is_given_up()
    for name in (*_PARTS, "undoes"):
        op.drop_column("adjustments", name)
    op.drop_table("concessions")
    op.drop_table("negotiations")


def _concessions() -> None:
    op.create_table(
        "concessions",
        sa.Column("concession_id", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in (*_PARTS, "needed_minor")),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_concessions_account_id_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_concessions_case_id_cases"),
        sa.PrimaryKeyConstraint("concession_id", "since", name="pk_concessions"),
    )
    op.create_index("ix_concessions_account_id", "concessions", ["account_id"])


_PARTS = ("principal_minor", "interest_minor", "fee_minor")
_SAID = ("offer_id", "state", "verdict", "proposer", "role", "by", "reason", "plan_id", "proposal")
