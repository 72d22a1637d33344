"""A learner's skill profile: each level with the evidence behind it."""
