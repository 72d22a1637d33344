"""Signed documents changed in every way that can be thought of: none may pass, crash or hang."""
