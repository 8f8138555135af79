"""服务包: an enterprise with its account manager, its visits, its items (cases of the type service_item), its own policy."""
