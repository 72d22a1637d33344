"""The issuance log: what was signed, in an order that nobody can change afterwards."""
