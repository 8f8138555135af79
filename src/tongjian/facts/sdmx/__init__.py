"""SDMX 3.0 at the edge: recorded facts as observations, the catalogue as structures. See docs/reference/sdmx.md."""
