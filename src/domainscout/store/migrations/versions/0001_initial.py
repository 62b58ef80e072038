"""Jobs, targets, attempts, companies, pages, the counters kept by triggers, and the classic views over the profile."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

TABLES = [
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'cancelled', 'finished')),
        identity TEXT,
        options TEXT NOT NULL DEFAULT '{}',
        size INTEGER NOT NULL DEFAULT 0,
        sealed INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        finished_at TEXT,
        purged_at TEXT,
        pages INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        cost_usd REAL NOT NULL DEFAULT 0,
        profiles INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX ix_jobs_identity ON jobs (identity) WHERE identity IS NOT NULL",
    # due_at, put_at, queued_at: Unix seconds. due_at 0: new, never put back.
    """
    CREATE TABLE targets (
        id INTEGER PRIMARY KEY,
        job_id TEXT NOT NULL REFERENCES jobs (id),
        domain TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (
            state IN ('waiting', 'queued', 'done', 'partial', 'failed', 'skipped', 'cancelled')),
        attempt INTEGER NOT NULL DEFAULT 1,
        charged INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0,
        suspect INTEGER NOT NULL DEFAULT 0,
        due_at REAL NOT NULL DEFAULT 0,
        put_at REAL NOT NULL DEFAULT 0,
        queued_at REAL,
        category TEXT,
        error TEXT,
        finished_at TEXT,
        seconds REAL NOT NULL DEFAULT 0,
        pages INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        UNIQUE (job_id, domain)
    )
    """,
    # One crawl of a domain in flight, whatever the number of jobs that want it.
    "CREATE UNIQUE INDEX ix_targets_queued ON targets (domain) WHERE state = 'queued'",
    "CREATE INDEX ix_targets_waiting ON targets (job_id, due_at, id) WHERE state = 'waiting'",
    "CREATE INDEX ix_targets_put_back ON targets (put_at) WHERE state = 'waiting' AND put_at > 0",
    "CREATE INDEX ix_targets_troubled ON targets (job_id, state, category, id) WHERE category IS NOT NULL",
    "CREATE INDEX ix_targets_troubled_domains ON targets (domain, id) WHERE category IS NOT NULL",
    """
    CREATE TABLE attempts (
        target_id INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        job_id TEXT NOT NULL,
        domain TEXT NOT NULL,
        worker TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        category TEXT,
        error TEXT,
        pages INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        model TEXT,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        cost_usd REAL NOT NULL DEFAULT 0,
        robots TEXT NOT NULL DEFAULT '',
        unchanged INTEGER NOT NULL DEFAULT 0,
        timings TEXT NOT NULL DEFAULT '{}',
        PRIMARY KEY (target_id, attempt)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_attempts_domain ON attempts (domain)",
    "CREATE INDEX ix_attempts_trouble ON attempts (job_id, finished_at) WHERE category IS NOT NULL",
    "CREATE INDEX ix_attempts_trouble_all ON attempts (finished_at) WHERE category IS NOT NULL",
    """
    CREATE TABLE companies (
        domain TEXT PRIMARY KEY,
        job_id TEXT NOT NULL,
        status TEXT NOT NULL,
        error_category TEXT,
        company_name TEXT,
        legal_name TEXT,
        country TEXT,
        city TEXT,
        phone TEXT,
        email TEXT,
        language TEXT,
        sic_code TEXT,
        industry TEXT,
        sector TEXT,
        redirected_to TEXT,
        first_seen_at TEXT NOT NULL,
        crawled_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        reader TEXT NOT NULL DEFAULT '',
        digest TEXT NOT NULL,
        profile TEXT NOT NULL
    )
    """,
    "CREATE INDEX ix_companies_changed ON companies (changed_at)",
    "CREATE INDEX ix_companies_job ON companies (job_id, domain)",
    """
    CREATE TABLE company_versions (
        domain TEXT NOT NULL,
        crawled_at TEXT NOT NULL,
        replaced_at TEXT NOT NULL,
        digest TEXT NOT NULL,
        profile TEXT NOT NULL,
        PRIMARY KEY (domain, crawled_at, digest)
    ) WITHOUT ROWID
    """,
    # html: Zstandard frame of UTF-8. Sizes in bytes, before compression.
    """
    CREATE TABLE pages (
        domain TEXT NOT NULL,
        url TEXT NOT NULL,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        status INTEGER NOT NULL,
        etag TEXT,
        last_modified TEXT,
        digest TEXT NOT NULL,
        headers TEXT NOT NULL,
        cookies TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        truncated INTEGER NOT NULL,
        fetched_at TEXT NOT NULL,
        html BLOB NOT NULL,
        PRIMARY KEY (domain, url)
    )
    """,
    # n targets of a job in a state, by category ('' where there is none). Kept by the triggers below: it cannot drift.
    """
    CREATE TABLE tallies (
        job_id TEXT NOT NULL,
        state TEXT NOT NULL,
        category TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (job_id, state, category)
    ) WITHOUT ROWID
    """,
    # Profiles of a job that have a value in this field.
    """
    CREATE TABLE fills (
        job_id TEXT NOT NULL,
        field TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (job_id, field)
    ) WITHOUT ROWID
    """,
    # Targets finished by work in one second: what rates are read from; older ones are dropped.
    """
    CREATE TABLE ticks (
        second INTEGER NOT NULL,
        job_id TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (second, job_id)
    ) WITHOUT ROWID
    """,
]

_TALLY = """
    INSERT INTO tallies (job_id, state, category, n)
    VALUES ({row}.job_id, {row}.state, ifnull({row}.category, ''), {by})
    ON CONFLICT (job_id, state, category) DO UPDATE SET n = n + ({by});
"""

TRIGGERS = [
    f"CREATE TRIGGER tally_insert AFTER INSERT ON targets BEGIN {_TALLY.format(row='new', by='1')} END",
    f"CREATE TRIGGER tally_delete AFTER DELETE ON targets BEGIN {_TALLY.format(row='old', by='-1')} END",
    f"""
    CREATE TRIGGER tally_update AFTER UPDATE OF state, category ON targets
    WHEN old.state <> new.state OR old.category IS NOT new.category
    BEGIN {_TALLY.format(row="old", by="-1")} {_TALLY.format(row="new", by="1")} END
    """,
]

_TEXT_FIELDS = """
    json_extract(profile, '$.{name}') AS {name}"""


def _texts(*names: str) -> str:
    return ",".join(_TEXT_FIELDS.format(name=name) for name in names)


def _list_view(name: str, field: str, column: str) -> str:
    return f"""
    CREATE VIEW {name} AS
    SELECT c.domain, e.key + 1 AS position, e.value AS {column}
    FROM companies c, json_each(c.profile, '$.{field}') e
    """


VIEWS = [
    f"""
    CREATE VIEW company_information AS
    SELECT domain, status, crawled_at,
        {_texts("company_name", "legal_name", "acronym", "logo_url", "business_type", "language", "redirected_to")}
    FROM companies
    """,
    """
    CREATE VIEW contact_information AS
    SELECT c.domain, 'phone' AS type, json_extract(e.value, '$.number') AS value,
        json_extract(e.value, '$.kind') AS kind, json_extract(e.value, '$.label') AS label
    FROM companies c, json_each(c.profile, '$.phones') e
    UNION ALL SELECT c.domain, 'fax', e.value, NULL, NULL FROM companies c, json_each(c.profile, '$.faxes') e
    UNION ALL SELECT c.domain, 'email', e.value, NULL, NULL FROM companies c, json_each(c.profile, '$.emails') e
    UNION ALL SELECT c.domain, 'address', json_extract(e.value, '$.full'),
        CASE WHEN json_extract(e.value, '$.hq') THEN 'hq' END, json_extract(e.value, '$.country')
    FROM companies c, json_each(c.profile, '$.addresses') e
    UNION ALL SELECT c.domain, 'hours', e.value, NULL, NULL FROM companies c, json_each(c.profile, '$.hours') e
    """,
    """
    CREATE VIEW social_media AS
    SELECT c.domain, e.key AS network, e.value AS url
    FROM companies c, json_each(c.profile, '$.social') e WHERE e.value IS NOT NULL
    """,
    """
    CREATE VIEW people_information AS
    SELECT c.domain, e.key + 1 AS position, json_extract(e.value, '$.name') AS name,
        json_extract(e.value, '$.title') AS title, json_extract(e.value, '$.email') AS email,
        json_extract(e.value, '$.url') AS url
    FROM companies c, json_each(c.profile, '$.people') e
    """,
    f"""
    CREATE VIEW description_industry AS
    SELECT domain,
        {_texts("short_description", "long_description", "sic_code", "sic_text", "sub_industry", "industry", "sector")}
    FROM companies
    """,
    _list_view("certifications", "certifications", "certification"),
    """
    CREATE VIEW services AS
    SELECT c.domain, 'service' AS type, e.key + 1 AS position, e.value AS name
    FROM companies c, json_each(c.profile, '$.services') e
    UNION ALL SELECT c.domain, 'product', e.key + 1, e.value FROM companies c, json_each(c.profile, '$.products') e
    """,
    """
    CREATE VIEW metrics AS
    SELECT domain, job_id, status, crawled_at, json_extract(profile, '$.seconds') AS seconds,
        json_extract(profile, '$.pages') AS pages, json_extract(profile, '$.bytes') AS bytes,
        json_extract(profile, '$.llm.model') AS model, json_extract(profile, '$.llm.input_tokens') AS input_tokens,
        json_extract(profile, '$.llm.output_tokens') AS output_tokens,
        json_extract(profile, '$.llm.cost_usd') AS cost_usd
    FROM companies
    """,
]


def upgrade() -> None:
    for statement in [*TABLES, *TRIGGERS, *VIEWS]:
        op.get_bind().exec_driver_sql(statement)
