"""指标、指标值: what it amounts to, and where each number comes from."""
