"""预计全年: year-end estimates from the months known, with their errors in earlier years. See docs/reference/foresight.md."""
