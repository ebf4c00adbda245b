"""Attacks on the long works: workers, runners and PostgreSQL are killed while a campaign is done."""
