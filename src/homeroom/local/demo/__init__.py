"""The demo: real data from events to dashboards, on this machine, with nothing installed."""
