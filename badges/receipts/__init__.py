"""Receipts: what this service found when it checked a badge, signed, for whoever asked to keep. None is kept here."""
