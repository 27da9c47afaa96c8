"""The reconciler: an index of the messages that are about to leave, so that those left behind are found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_messages_sending", "messages", ["intent_at", "key"], sqlite_where=_SENDING, postgresql_where=_SENDING
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_messages_sending", "messages")
