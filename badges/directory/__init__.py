"""What can be found without knowing its address: the search, the directory of issuers, the map for search engines."""
