"""督办、催报、分解、中期评估: pages of supervision and of judging."""
