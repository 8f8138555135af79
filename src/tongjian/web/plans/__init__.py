"""计划、任务: what was promised, and how it goes."""
