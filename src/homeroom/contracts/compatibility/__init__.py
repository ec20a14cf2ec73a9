"""Tells breaking from compatible changes between two contracts.

There are packages that compare OpenAPI documents, and none that is kept and runs without Node or
Go, so the comparison of JSON Schemas in ``schemas.py`` serves both sides.
"""
