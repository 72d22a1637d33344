"""The edges of this floor, in the order in which the roof hangs them up."""

from __future__ import annotations

from click import Command
from flask import Blueprint
from flask_smorest import Blueprint as ApiBlueprint

from competencies.learning import pages as learning_pages

PAGES: tuple[Blueprint, ...] = (learning_pages.pages,)
API: tuple[ApiBlueprint, ...] = ()
COMMANDS: tuple[Command, ...] = ()
