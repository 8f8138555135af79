"""年终收口: what became of a year's plan, why, and the draft of the next one."""
