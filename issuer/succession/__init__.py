"""Whether an organisation is open, moving or closed, who comes after it, and the signed statement that says so."""
