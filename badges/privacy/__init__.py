"""What a person can take along, and how a person is forgotten."""
