"""公开页: what everyone may read, signed in or not."""
