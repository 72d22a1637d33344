"""Pictures of achievements: handed in by authors, part of the version that shows them."""
