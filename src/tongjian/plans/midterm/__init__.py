"""中期评估: where a five-year plan's indicators stand against the time passed."""
