"""What operators do, made of the engine's parts."""
