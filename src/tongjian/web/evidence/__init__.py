"""证据: files as received and the places in them."""
