"""Drafts 草稿: a docx that somebody typed, bound to the ledger: every number anchored to its fact or listed."""
