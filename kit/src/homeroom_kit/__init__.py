"""What a service needs that publishes events to homeroom: the typed events and a publisher."""
