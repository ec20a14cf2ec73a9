"""The notifier: delivers notifications and nudges to people, over e-mail, Web Push and webhooks."""
