"""Frameworks of competencies: taken from CASE packages, browsed, kept in versions."""
