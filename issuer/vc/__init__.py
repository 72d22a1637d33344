"""Verifiable credentials over HTTP: checking any W3C credential or presentation, and issuing for programs."""
