"""How to log in at the brokers: certificates and tokens."""
