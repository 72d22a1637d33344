"""Checking many badges at once, again and again; and watching badges whose holders agree to it."""
