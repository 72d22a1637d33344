"""The evidence ledger, completion rules and mastery: what proves that something was learned."""
