"""Settings profiles: `base` (one host, SQLite), `production`, `test`. The environment is read here only."""
