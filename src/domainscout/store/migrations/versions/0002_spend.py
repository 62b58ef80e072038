"""Money spent on the model, answers kept, questions waiting for a batch."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = [
    # One row a call. nusd: nano-dollars: the worst case while reserved, the real cost when settled, the worst case
    # again when nobody came back to settle it (assumed). expires_at, created_at: Unix seconds.
    """
    CREATE TABLE spend (
        id INTEGER PRIMARY KEY,
        job_id TEXT NOT NULL,
        domain TEXT NOT NULL,
        day TEXT NOT NULL,
        model TEXT NOT NULL,
        worker TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('reserved', 'settled', 'assumed')),
        nusd INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        created_at REAL NOT NULL,
        expires_at REAL NOT NULL
    )
    """,
    "CREATE INDEX ix_spend_domain ON spend (job_id, domain)",
    "CREATE INDEX ix_spend_reserved ON spend (expires_at) WHERE state = 'reserved'",
    # Sums of the table above by job ('job', id), day ('day', YYYY-MM-DD in UTC): a cap is checked without adding up.
    """
    CREATE TABLE spend_totals (
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        spent INTEGER NOT NULL DEFAULT 0,
        reserved INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (scope, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE answers (
        key TEXT PRIMARY KEY,
        domain TEXT NOT NULL,
        model TEXT NOT NULL,
        prompt_version TEXT NOT NULL,
        answer TEXT NOT NULL,
        candidates TEXT NOT NULL,
        created_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_answers_domain ON answers (domain)",
    # state: waiting (to be sent), sending (on its way, or lost with its worker), sent, answered (to be merged).
    """
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        domain TEXT NOT NULL,
        job_id TEXT NOT NULL,
        model TEXT NOT NULL,
        structured INTEGER NOT NULL,
        body TEXT NOT NULL,
        candidates TEXT NOT NULL,
        worst INTEGER NOT NULL,
        caps TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'answered', 'failed')),
        tries INTEGER NOT NULL DEFAULT 0,
        batch TEXT,
        spend_id INTEGER,
        category TEXT,
        error TEXT,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        nusd INTEGER NOT NULL DEFAULT 0,
        created_at REAL NOT NULL
    )
    """,
    "CREATE INDEX ix_questions_state ON questions (state, id)",
    "CREATE INDEX ix_questions_batch ON questions (batch)",
    # remote_id: the provider's id, null from before the request until its answer. state: sending, open, collected.
    """
    CREATE TABLE batches (
        id TEXT PRIMARY KEY,
        remote_id TEXT,
        model TEXT NOT NULL,
        size INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('sending', 'open', 'collected', 'lost')),
        created_at REAL NOT NULL
    )
    """,
    # Who tends the batches now: one process at a time.
    "CREATE TABLE tending (one INTEGER PRIMARY KEY CHECK (one = 1), worker TEXT NOT NULL, until REAL NOT NULL)",
]


def upgrade() -> None:
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
