"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Spelled out instead of imported from schema.py: an old migration must not change when the schema does.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def _owner(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return sa.Column("conversation_id", sa.Text, nullable=False), sa.ForeignKeyConstraint(
        ["conversation_id"], ["conversations.id"], name=f"fk_{table}_conversation_id", ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.Column("session_count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_last_at", "conversations", ["last_at"])

    op.create_table(
        "turns",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *_owner("turns"),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", _TIME),
        sa.Column("done_at", _TIME),
        sa.Column("replies", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("codes", sa.Text),
        sa.Column("aspects", sa.Text),
        sa.Column("topic", sa.Text),
        sa.Column("limited", sa.Boolean, nullable=False),
        sa.Column("latency_ms", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.UniqueConstraint("conversation_id", "message_id", name="uq_turns_conversation_id_message_id"),
        sa.CheckConstraint("state IN ('waiting', 'working', 'done', 'dead')", name=op.f("ck_turns_state")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_conversation_id_id", "turns", ["conversation_id", "id"])
    op.create_index("ix_turns_received_at", "turns", ["received_at"])
    op.create_index("ix_turns_state_id", "turns", ["state", "id"])

    op.create_table(
        "feedback",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *_owner("feedback"),
        sa.Column("reply_id", sa.Text, nullable=False),
        sa.Column("turn_id", _ID),
        sa.Column("value", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("codes", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_feedback_turn_id", ondelete="SET NULL"),
        sa.UniqueConstraint("conversation_id", "reply_id", name="uq_feedback_conversation_id_reply_id"),
        sa.CheckConstraint("value IN (-1, 1)", name=op.f("ck_feedback_value")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_turn_id", "feedback", ["turn_id"])
    op.create_index("ix_feedback_at", "feedback", ["at"])

    op.create_table(
        "ratings",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        *_owner("ratings"),
        sa.Column("stars", sa.SmallInteger, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_stars")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ratings_conversation_id", "ratings", ["conversation_id"])
    op.create_index("ix_ratings_at", "ratings", ["at"])

    op.create_table(
        "unanswered",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("turn_id", _ID, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unanswered"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_unanswered_turn_id", ondelete="CASCADE"),
        sa.UniqueConstraint("turn_id", name="uq_unanswered_turn_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unanswered_at", "unanswered", ["at"])


def downgrade() -> None:
    for table in ("unanswered", "ratings", "feedback", "turns", "conversations"):
        op.drop_table(table)
