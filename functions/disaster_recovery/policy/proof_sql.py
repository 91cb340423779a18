"""Questions to a PostgreSQL database by which a restore is proved; they write nothing.

They know no table by name but `heartbeats` and `database_identity`; names in braces are quoted identifiers.
"""

from __future__ import annotations

from typing import Final

BUCKETS: Final = 64
"""Buckets by key that a table's checksum has."""

LAG_SECONDS: Final = 10
"""How late PostgreSQL writes its counts down, at most, once a session is idle."""

SESSION: Final = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "extra_float_digits": "3",
    "bytea_output": "hex",
}
"""Settings under which a row reads as the same text on every server."""

TABLES: Final = """
SELECT c.relname AS name, quote_ident(c.relname) AS quoted, coalesce(s.n_tup_ins, 0) AS inserted,
    coalesce(s.n_tup_upd, 0) AS updated, coalesce(s.n_tup_del, 0) AS deleted,
    (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT string_agg(quote_ident(a.attname) || '::text', ' || ''/'' || ' ORDER BY a.attnum)
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = c.oid AND i.indisprimary) AS key,
    (SELECT format_type(a.atttypid, NULL) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'id') AS id_type
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'heartbeats' ORDER BY c.relname
"""

CHECKSUMS: Final = """
SELECT bucket, md5(string_agg(hash, '' ORDER BY hash)) AS checksum FROM (
    SELECT ('x' || left(md5({key}), 4))::bit(16)::int % {buckets} AS bucket, md5(t::text) AS hash
    FROM {table} t WHERE {old}
) AS hashed GROUP BY bucket
"""

SCHEMA: Final = """
-- Casts and brackets go: PostgreSQL writes the same check with others after a dump has been restored.
SELECT md5(string_agg(regexp_replace(line, '::(character varying|text)(\\[\\])?|[()]', '', 'g'),
    E'\\n' ORDER BY line COLLATE "C")) FROM (
    SELECT c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
        || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relkind = 'r'
    UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        || ' ' || convalidated FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
) AS lines
"""

FOREIGN_KEYS: Final = """
SELECT conname AS name, conrelid::regclass::text AS child, confrelid::regclass::text AS parent,
    (SELECT string_agg('c.' || quote_ident(x.attname) || ' = p.' || quote_ident(y.attname), ' AND ')
        FROM unnest(conkey, confkey) AS k(mine, theirs)
        JOIN pg_attribute x ON x.attrelid = conrelid AND x.attnum = k.mine
        JOIN pg_attribute y ON y.attrelid = confrelid AND y.attnum = k.theirs) AS matches,
    (SELECT string_agg('c.' || quote_ident(x.attname) || ' IS NOT NULL', ' AND ')
        FROM unnest(conkey) AS k(mine) JOIN pg_attribute x ON x.attrelid = conrelid AND x.attnum = k.mine)
        AS filled
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conname
"""

ORPHANS: Final = """
SELECT count(*) FROM {child} c WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {matches})
"""

SEQUENCES: Final = """
SELECT s.relname AS name, t.oid::regclass::text AS of, quote_ident(a.attname) AS column,
    coalesce(pg_sequence_last_value(s.oid::regclass), 0) AS last_value
FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY s.relname
"""

LISTS: Final = {
    "extensions": "SELECT extname::text FROM pg_extension ORDER BY 1",
    "roles": "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^(pg_|rds)' ORDER BY 1",
    "grants": """
        SELECT privilege_type || ' ON ' || table_name || ' TO ' || grantee
        FROM information_schema.role_table_grants WHERE table_schema = 'public'
        UNION SELECT privilege_type || ' (' || column_name || ') ON ' || table_name || ' TO ' || grantee
        FROM information_schema.role_column_grants WHERE table_schema = 'public'
        ORDER BY 1
    """,
}

HEARTBEAT: Final = "SELECT written_at, counts::text FROM heartbeats ORDER BY written_at DESC, id DESC LIMIT 1"
IDENTITY: Final = "SELECT id::text FROM database_identity"
MIGRATION: Final = "SELECT version_num FROM alembic_version"
