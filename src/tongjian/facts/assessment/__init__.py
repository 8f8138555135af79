"""考核: units ranked on what was counted over the cases, by schemes that are data. See docs/reference/assessment.md."""
