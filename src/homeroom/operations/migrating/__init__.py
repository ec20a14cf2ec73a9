"""Prepares the database and the topics of the brokers."""
