"""分析: towns beside each other, pivot tables, the monthly bulletin, the quality of what was reported."""
