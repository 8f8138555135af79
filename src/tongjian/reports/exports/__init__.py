"""What one build of a report leaves as: 送审稿 with comments, 正式稿 without manifest, 溯源册, a web page, pdf."""
