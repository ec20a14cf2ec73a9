"""From definitions to the statements that make tables and keep them."""
