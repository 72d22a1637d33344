"""Plumbing every floor stands on; knows no word of the domain."""
