"""First floor: what can be learned, how it is shown, and what proves it."""
