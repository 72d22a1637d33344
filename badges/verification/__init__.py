"""Is this real, is it still valid, who says so: ordered checks, and a verdict that follows from them."""
