"""What the contract is to others: files made of it."""
