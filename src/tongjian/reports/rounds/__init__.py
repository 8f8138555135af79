"""Round the table 共同编写: a report in sections, each written by the unit that answers for it, checked, signed, frozen."""
