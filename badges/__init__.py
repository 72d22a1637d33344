"""Second floor: what is awarded and shown to the world."""
