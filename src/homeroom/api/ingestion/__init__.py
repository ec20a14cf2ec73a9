"""Events that services publish over HTTP, as CloudEvents."""
