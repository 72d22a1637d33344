"""Cellar: bytes and dicts in and out; no Flask, no database, no clock, no network."""
