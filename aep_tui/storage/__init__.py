"""This machine: where files are, and what is kept in them. Never a secret."""
