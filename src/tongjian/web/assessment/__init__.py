"""Pages of 考核: results by month, what changed since, the city's list beside ours, topics, the bulletin."""
