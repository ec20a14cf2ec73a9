"""Events on their way out: checked against the contract, from files, to the brokers."""
