"""Revoking many badges at once: one administrator proposes, another confirms, a worker does it."""
