"""A batch into the tables, in one transaction."""
