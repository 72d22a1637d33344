"""Ground floor: who vouches - organisations, people, keys, signatures, status."""
