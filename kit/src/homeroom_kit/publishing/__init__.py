"""Publishes events: from files or from code, checked against the contract."""
