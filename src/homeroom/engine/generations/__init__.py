"""Complete sets of tables: how they are made, registered, and where each stands in the log."""
