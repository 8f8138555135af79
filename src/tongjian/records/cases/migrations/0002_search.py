"""The search index: a contentless full-text table of bigrams on SQLite, an array with a GIN index on PostgreSQL."""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE cases_words USING fts5("
    "grams, content='', detail=none, columnsize=0, tokenize='ascii')"
)
POSTGRES = (
    "CREATE TABLE cases_words (case_id bigint PRIMARY KEY, grams text[] NOT NULL)",
    "CREATE INDEX cases_words_grams ON cases_words USING gin (grams)",
)


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in (SQLITE,) if vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE cases_words")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
