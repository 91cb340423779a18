"""Lets a heartbeat count each table's rows, and a database say which one it is: both prove a restore.

Step: expand. A heartbeat of the previous release has no counts. The function counts as the tables' owner, so
that the worker needs no right to read them; a table above a million rows has its cumulative counts alone.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

COUNTS = """
CREATE FUNCTION heartbeat_counts() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found jsonb := '{}';
    one record;
    there bigint;
BEGIN
    FOR one IN
        SELECT s.relname, s.n_tup_ins, s.n_tup_upd, s.n_tup_del, c.reltuples
        FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
        WHERE s.schemaname = 'public' AND s.relname <> 'heartbeats'
    LOOP
        there := NULL;
        IF one.reltuples < 1000000 THEN
            EXECUTE format('SELECT count(*) FROM public.%I', one.relname) INTO there;
        END IF;
        found := found || jsonb_build_object(one.relname, jsonb_build_object(
            'rows', there, 'inserted', one.n_tup_ins, 'updated', one.n_tup_upd, 'deleted', one.n_tup_del));
    END LOOP;
    RETURN found;
END $$
"""


def upgrade() -> None:
    """Adds the column, the function and the database's own identity."""
    op.execute("ALTER TABLE heartbeats ADD COLUMN counts JSONB")
    op.execute(COUNTS)
    op.execute("REVOKE ALL ON FUNCTION heartbeat_counts() FROM PUBLIC")
    op.execute("CREATE TABLE database_identity (id UUID PRIMARY KEY DEFAULT gen_random_uuid())")
    op.execute("INSERT INTO database_identity DEFAULT VALUES")


def downgrade() -> None:
    """Takes all three away."""
    op.execute("DROP TABLE database_identity")
    op.execute("DROP FUNCTION heartbeat_counts()")
    op.execute("ALTER TABLE heartbeats DROP COLUMN counts")
