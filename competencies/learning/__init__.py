"""Modules, knowledge checks and attempts: how a learner learns and answers."""
