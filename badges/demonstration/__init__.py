"""The demonstration: an organisation, its people and its catalog, and a learner played through the real use cases."""
