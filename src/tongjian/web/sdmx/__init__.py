"""SDMX REST: the ledger for statistical clients. See docs/reference/sdmx.md."""
