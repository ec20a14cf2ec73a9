"""What a running worker shows of itself: metrics, readiness, traces."""
