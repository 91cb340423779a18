"""Adds the words that a task is found by, those of scripts without spaces too, written by the database.

Step: expand. A trigger writes them, not the code: a task that the previous release makes is found as well.
The column is empty for old rows until 0010 fills it, which rewrites nothing here. Filling it is no change of
the task: `count_task_version` passes over an update that touches nothing else.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

# What api.tasks.search calls UNSPACED; a migration never changes, so it has its own copy.
UNSPACED = (
    r"\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u309d-\u309f"
    r"\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
    r"\U00020000-\U0003fffd"
)
# Every character of a run and every pair of neighbours, at the character's place; a gap keeps two runs apart.
# They are written by their numbers, in ASCII: what is a letter, and so a word, differs from locale to locale.
WORDS = f"""
CREATE FUNCTION task_words(title TEXT, description TEXT) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    whole TEXT := normalize(title || ' ' || COALESCE(description, ''), NFKC);
    runs TEXT;
    pieces TEXT;
BEGIN
    IF whole !~ '[{UNSPACED}]' THEN
        RETURN to_tsvector('simple'::regconfig, whole);
    END IF;
    runs := regexp_replace(whole, '[^{UNSPACED}]+', ' ', 'g');
    SELECT string_agg(name || ':' || place || CASE WHEN next <> 'x20' THEN ' ' || name || next || ':' || place
                                              ELSE '' END, ' ')
    INTO pieces
    FROM (SELECT name, least(place, 16383) AS place, COALESCE(lead(name) OVER (ORDER BY place), 'x20') AS next
          FROM (SELECT 'x' || to_hex(ascii(letter)) AS name, place
                FROM unnest(string_to_array(runs, NULL)) WITH ORDINALITY AS run(letter, place)) AS named
         ) AS followed
    WHERE name <> 'x20';
    RETURN pieces::tsvector
        || to_tsvector('simple'::regconfig, regexp_replace(whole, '[{UNSPACED}]+', ' ', 'g'));
END
$$
"""  # noqa: S608 - a constant
WRITE = """
CREATE FUNCTION write_task_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := task_words(NEW.title, NEW.description);
    RETURN NEW;
END
$$
"""
COUNT = """
CREATE OR REPLACE FUNCTION count_task_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.words IS NULL AND NEW.words IS NOT NULL AND NEW.version = OLD.version
       AND (NEW.title, NEW.description, NEW.status, NEW.priority, NEW.due_date)
           IS NOT DISTINCT FROM (OLD.title, OLD.description, OLD.status, OLD.priority, OLD.due_date) THEN
        RETURN NEW;
    END IF;
    NEW.version := COALESCE(OLD.version, 0) + 1;
    NEW.updated_at := CURRENT_TIMESTAMP;
    RETURN NEW;
END
$$
"""
COUNT_BEFORE = """
CREATE OR REPLACE FUNCTION count_task_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := COALESCE(OLD.version, 0) + 1;
    NEW.updated_at := CURRENT_TIMESTAMP;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    """Adds the column, its function and its triggers; no row is rewritten."""
    op.execute("ALTER TABLE tasks ADD COLUMN words tsvector")
    op.execute(WORDS)
    op.execute(WRITE)
    op.execute(COUNT)
    # Names decide the order: the words are written after the version is counted, which sees no difference.
    op.execute(
        "CREATE TRIGGER tasks_write_words BEFORE INSERT OR UPDATE OF title, description ON tasks "
        "FOR EACH ROW EXECUTE FUNCTION write_task_words()"
    )


def downgrade() -> None:
    """Takes all of it away again."""
    op.execute("DROP TRIGGER tasks_write_words ON tasks")
    op.execute(COUNT_BEFORE)
    op.execute("DROP FUNCTION write_task_words()")
    op.execute("ALTER TABLE tasks DROP COLUMN words")
    op.execute("DROP FUNCTION task_words(TEXT, TEXT)")
