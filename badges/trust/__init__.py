"""Whom an organisation trusts, and what the badges of others count as there."""
