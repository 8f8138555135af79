"""报告: documents written from the ledger."""
