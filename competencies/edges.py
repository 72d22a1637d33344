"""The edges of this floor, in the order in which the roof hangs them up."""

from __future__ import annotations

from click import Command
from flask import Blueprint

from competencies.frameworks import api as frameworks_api
from competencies.frameworks import pages as frameworks_pages
from competencies.frameworks.cli import framework_cli
from competencies.learning import api as learning_api
from competencies.learning import author_pages as learning_author_pages
from competencies.learning.cli import module_cli
from competencies.profiles import api as profiles_api
from competencies.profiles import pages as profiles_pages
from issuer.base.json_bodies import ApiBlueprint

PAGES: tuple[Blueprint, ...] = (learning_author_pages.pages, frameworks_pages.pages, profiles_pages.pages)
API: tuple[ApiBlueprint, ...] = (
    learning_api.modules_api,
    learning_api.attempts_api,
    frameworks_api.frameworks_api,
    frameworks_api.competencies_api,
    profiles_api.profile_api,
    profiles_api.evidence_api,
)
COMMANDS: tuple[Command, ...] = (module_cli, framework_cli)
