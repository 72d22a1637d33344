"""Open Badges 2.0, hosted and signed, and the assertions of 1.0 and 1.1 before it."""
