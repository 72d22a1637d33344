"""What leads to which badge: landing, catalog, module introduction, result."""
