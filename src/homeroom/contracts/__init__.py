"""The contract as files for other programs, and what a change of it means to them."""
