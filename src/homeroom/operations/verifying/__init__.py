"""Compares tables with their definitions, or entities with the log; changes nothing."""
