"""督办: calls for progress, orders with deadline and answer, extensions, tables for the dispatch meeting."""
