"""Agencies: versions of what the bank's file tells of each, and what happened to it."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0017"
down_revision = "0016"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create both tables; before, an agency was a code that permits and stops name."""
    op.create_table(
        "agencies",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "version", name="pk_agencies"),
    )
    op.create_table(
        "agency_events",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("agency_id", "event_no", name="pk_agency_events"),
        sa.ForeignKeyConstraint(
            ["agency_id", "version"],
            ["agencies.agency_id", "agencies.version"],
            name="fk_agency_events_agency_id_version_agencies",
        ),
    )
    keep_as_written("agencies", "agency_events")


def downgrade() -> None:
    """Drop them, with their triggers."""
    op.drop_table("agency_events")
    op.drop_table("agencies")
