"""读报告: a published report becomes proposals, and with a person's word the ledger."""
