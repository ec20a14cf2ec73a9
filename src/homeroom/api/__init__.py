"""The query service: one HTTP application over the read model."""
