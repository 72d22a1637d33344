"""The edges of this floor, in the order in which the roof hangs them up."""

from __future__ import annotations

from click import Command
from flask import Blueprint

from badges.achievement_api import achievements_api
from badges.achievement_pages import pages as achievement_pages
from badges.afterlife.archive_cli import archive_cli
from badges.afterlife.bundle_pages import pages as bundle_pages
from badges.api import awards_api, badges_api
from badges.award_pages import pages as award_pages
from badges.bulk_checks.api import checks_api
from badges.bulk_checks.cli import check_share_command
from badges.bulk_checks.pages import pages as bulk_check_pages
from badges.bulk_checks.watch_api import watches_api, webhooks_api
from badges.bulk_checks.watch_pages import pages as watch_pages
from badges.catalog.pages import pages as catalog_pages
from badges.cli import badge_cli
from badges.demonstration.cli import demo_command, learn_command, seed_command
from badges.directory.api import search_api
from badges.directory.cli import search_cli
from badges.directory.pages import pages as directory_pages
from badges.directory.sitemap_pages import pages as sitemap_pages
from badges.document_pages import pages as document_pages
from badges.elsewhere_pages import pages as elsewhere_pages
from badges.endorsements.giving_pages import pages as endorsing_pages
from badges.endorsements.invited_pages import pages as endorse_pages
from badges.endorsements.pages import pages as endorsement_list_pages
from badges.endorsements.public_pages import pages as endorsement_pages
from badges.issuer_pages import pages as issuer_pages
from badges.pictures.api import achievement_pictures_api
from badges.pictures.pages import pages as achievement_picture_pages
from badges.privacy.cli import privacy_cli
from badges.privacy.pages import pages as privacy_pages
from badges.receipts.pages import pages as receipt_pages
from badges.resigning_cli import compromise_command
from badges.revoking.api import revocations_api
from badges.revoking.cli import revocation_command, revoke_many_command
from badges.revoking.pages import pages as revocation_pages
from badges.sharing.api import asked_api, problems_api, share_links_api
from badges.sharing.asking_pages import pages as asking_pages
from badges.sharing.link_pages import pages as link_pages
from badges.sharing.pages import pages as sharing_pages
from badges.sharing.problem_pages import pages as problem_pages
from badges.status_pages import pages as status_pages
from badges.succession.cli import reissue_command
from badges.succession.reissue_pages import pages as reissue_pages
from badges.trust.api import trust_api
from badges.trust.cli import trust_cli
from badges.trust.equivalence_api import equivalences_api
from badges.trust.equivalence_pages import pages as equivalence_pages
from badges.trust.pages import pages as trust_pages
from badges.trust.registry_pages import pages as trust_registry_pages
from badges.verification.api import verifications_api
from badges.verification.cli import verify_command
from badges.verification.embedding import pages as embedding_pages
from badges.verification.pages import pages as verification_pages
from badges.wallets.api import wallet_offers_api
from badges.wallets.pages import pages as wallet_pages
from badges.wallets.protocol_api import blueprint as wallet_protocol
from issuer.base.json_bodies import ApiBlueprint
from issuer.keys.cli import keys_cli

PAGES: tuple[Blueprint, ...] = (
    catalog_pages,
    verification_pages,
    receipt_pages,
    embedding_pages,
    award_pages,
    document_pages,
    elsewhere_pages,
    sharing_pages,
    link_pages,
    asking_pages,
    problem_pages,
    achievement_pages,
    achievement_picture_pages,
    issuer_pages,
    directory_pages,
    sitemap_pages,
    status_pages,
    revocation_pages,
    trust_pages,
    trust_registry_pages,
    equivalence_pages,
    reissue_pages,
    bulk_check_pages,
    watch_pages,
    wallet_pages,
    wallet_protocol,
    endorsement_list_pages,
    endorse_pages,
    endorsement_pages,
    endorsing_pages,
    privacy_pages,
    bundle_pages,
)
API: tuple[ApiBlueprint, ...] = (
    verifications_api,
    achievements_api,
    achievement_pictures_api,
    awards_api,
    share_links_api,
    asked_api,
    problems_api,
    badges_api,
    revocations_api,
    trust_api,
    equivalences_api,
    checks_api,
    watches_api,
    webhooks_api,
    wallet_offers_api,
    search_api,
)
COMMANDS: tuple[Command, ...] = (
    badge_cli,
    verify_command,
    seed_command,
    learn_command,
    demo_command,
    trust_cli,
    search_cli,
    privacy_cli,
    archive_cli,
)

trust_cli.add_command(reissue_command)
keys_cli.add_command(compromise_command)
badge_cli.add_command(check_share_command)
badge_cli.add_command(revoke_many_command)
badge_cli.add_command(revocation_command)
