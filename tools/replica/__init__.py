"""A streaming copy of PostgreSQL beside the one that is written to, and what is read there."""
