"""Badges into wallets: OpenID for Verifiable Credential Issuance 1.0, with a pre-authorised code."""
