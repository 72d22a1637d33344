"""Open Badges 3.0 and whatever else W3C Verifiable Credentials carry: the checks, one file for each question."""
