"""Thousands of tests start the application anew: what is the same each time is worked out once for each process."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule


def remember_rules() -> None:
    """Werkzeug writes and compiles two functions for each of some hundred routes; they depend on nothing but the rule.

    What a rule knows of its application reaches such a function as its first argument, so one serves all applications.
    """
    compile_builder, made = Rule._compile_builder, {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), tuple(sorted((rule.defaults or {}).items())), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]
