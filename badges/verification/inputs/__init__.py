"""From whatever a person hands in to a credential, or to the address where one lies."""
