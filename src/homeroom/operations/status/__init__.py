"""How everything stands, as `homeroom status` shows it."""
