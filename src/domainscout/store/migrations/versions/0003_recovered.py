"""An index of the attempts whose worker died: `status` counts them without looking at all others."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("CREATE INDEX ix_attempts_expired ON attempts (job_id) WHERE outcome = 'expired'")
