"""The roof: puts the floors together and says who answers which fact. Nothing else lives here."""

from __future__ import annotations

from flask import Flask

import badges.bulk_checks.models
import badges.directory.models
import badges.edges
import badges.endorsements.models
import badges.models
import badges.privacy.models
import badges.revoking.models
import badges.sharing.models
import badges.succession.models
import badges.trust.models
import badges.verification.models
import badges.wallets.models
import competencies.edges
import competencies.evidence.models
import issuer.edges
import issuer.log.models
import issuer.models
import issuer.people.models
import issuer.signing.models
import issuer.status.models
import issuer.succession.models
import issuer.vc.models
from badges import awarding, issuing, resigning
from badges.afterlife import adopted_hosts
from badges.bulk_checks import carrying_out as checking_many
from badges.bulk_checks import jobs as bulk_checks
from badges.bulk_checks import schedules, statements, watches, webhooks
from badges.directory import keeping
from badges.endorsements import importing, inviting, reminding
from badges.privacy import asking as erasures
from badges.privacy import replaying
from badges.revoking import carrying_out
from badges.sharing import evidence_requests, renewing
from badges.succession import letters as succession_letters
from badges.succession import reissuing
from badges.trust import refreshing
from badges.verification import later
from badges.wallets import offers as wallet_offers
from competencies.evidence import completions, ledger, mastery_state
from issuer import forgetting, health, mail
from issuer.base import address_parts, db, facts, http, jobs, kept_answers, migrating
from issuer.base.problem_api import ProblemApi
from issuer.base.settings import Settings
from issuer.keys import history, keystore, life
from issuer.log import sequencing
from issuer.people import identifiers
from issuer.people import reminding as address_reminders
from issuer.status import publishing

FLOORS = (issuer.edges, competencies.edges, badges.edges)

FLOW: facts.Flow = {
    "attempt.marked": (ledger.record_attempt,),
    "evidence.recorded": (completions.consider, mastery_state.consider, awarding.consider_evidence),
    "module.completed": (),
    "competency.mastered": (),
    "award.made": (issuing.issue,),
    "award.issued": (),
    "account.joined": (),
    "keys.changed": (history.keep,),
    "succession.stated": (succession_letters.begin,),
    "key.compromised": (publishing.replace_signatures, resigning.begin, renewing.begin),
}
"""Fact -> who answers, in this order, in the transaction of whoever announced it."""

JOBS: dict[str, jobs.Job] = {
    mail.JOB: mail.deliver,
    "status.publish": publishing.publish_list,
    issuing.SIGN_JOB: issuing.sign_pending,
    carrying_out.JOB: carrying_out.carry_out,
    life.ACTIVATE_JOB: life.activate,
    history.KEEP_JOB: history.keep_of,
    resigning.RESIGN_JOB: resigning.resign,
    renewing.JOB: renewing.renew,
    later.JOB: later.answer_asked,
    refreshing.JOB: refreshing.refresh,
    checking_many.JOB: checking_many.carry_out,
    schedules.JOB: schedules.again,
    webhooks.JOB: webhooks.deliver,
    succession_letters.JOB: succession_letters.tell,
    reissuing.JOB: reissuing.carry_out,
}
"""Job -> who does it, in a worker process."""

CHORES: tuple[jobs.Chore, ...] = (
    publishing.request_renewals,
    forgetting.forget_what_is_spent,
    issuing.sign_what_waits,
    life.request_activations,
    history.request_versions,
    resigning.request_resigning,
    renewing.request_renewals,
    evidence_requests.forget_old,
    carrying_out.request_unfinished,
    later.forget_asked,
    refreshing.request_refreshes,
    bulk_checks.forget_old,
    statements.sign_later,
    schedules.request_due,
    webhooks.forget_old,
    watches.forget_old,
    succession_letters.request_unfinished,
    wallet_offers.forget_old,
    inviting.forget_old,
    importing.look_again,
    reminding.remind,
    keeping.mend,
    erasures.carry_out_due,
    identifiers.forget_challenges,
    address_reminders.remind,
)
"""What a worker looks after every hour."""

MINUTE_CHORES: tuple[jobs.Chore, ...] = (
    sequencing.number_entries,
    sequencing.sign_checkpoint,
    publishing.publish_what_waits,
    checking_many.request_due,
    webhooks.request_due,
    watches.look,
    replaying.replay,
)
"""And every minute, each in a transaction of its own."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application for ``settings``, read from the environment when not given. Raises SettingsError."""
    settings = settings or Settings.from_env()
    app = http.RosetteFlask("rosette", root_path=str(settings.checkout))
    app.config.update(settings.flask_config())
    app.config["ROSETTE"] = settings
    address_parts.init_app(app)
    db.init_app(app)
    migrating.init_app(app)
    keystore.install(app, settings)
    http.init_app(app)
    issuer.edges.install(app)
    health.watch(app, "erasures", replaying.nobody_is_back)
    facts.install(app, FLOW)
    jobs.install(app, JOBS, chores=CHORES, minute_chores=MINUTE_CHORES)
    api = ProblemApi(app)
    for floor in FLOORS:
        for blueprint in floor.PAGES:
            app.register_blueprint(blueprint)
        for blueprint in floor.API:
            api.register_blueprint(blueprint)
        for command in floor.COMMANDS:
            app.cli.add_command(command)
    kept_answers.init_app(app)
    adopted_hosts.init_app(app)
    return app
