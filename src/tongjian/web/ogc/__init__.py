"""OGC API Features: the layers of the map for geographic information systems. See docs/reference/map.md."""
