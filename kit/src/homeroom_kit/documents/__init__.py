"""The contract as documents that other programs read: JSON Schemas, and the parts of AsyncAPI."""
