"""Signing keys: where the private halves live, what each may sign, and how a key's life goes."""
