"""What the project library knows of projects, on plain values: no database, clock or settings."""
