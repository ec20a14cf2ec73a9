"""From an outbox to the brokers: the relay that services and homeroom's own workers run."""
