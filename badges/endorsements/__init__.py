"""Endorsements of badges, achievements and issuers: each a credential of its own, with its own address and status."""
