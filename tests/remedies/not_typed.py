"""Printed commands that no test types yet. Nothing is added here: a new command comes with its test."""

from typing import Final

from tests.remedies.printed import Printed

NOT_TYPED: Final = {
    Printed("components/calendar_integration.py", "smartrecruiters-calendar post-deploy --stack {}"),
    Printed("components/ended_secrets.py", "smartrecruiters-calendar rotate begin --stack {}"),
    Printed("components/look_ups.py", "smartrecruiters-calendar preflight --stack {}"),
    Printed("components/page_selectors.py", "smartrecruiters-calendar sign-in --inspect"),
    Printed("components/replication.py", "pulumi up --stack {}"),
    Printed("components/settings.py", "pulumi config set --path calendarScope.inside <address of a mailbox in scope>"),
    Printed("components/settings.py", "smartrecruiters-calendar rotate begin --stack {}"),
    Printed("components/tenant_tie.py", "smartrecruiters-calendar new-stack --help"),
    Printed("smartrecruiters_calendar/adoption/run.py", "pulumi up --stack {}"),
    Printed(
        "smartrecruiters_calendar/adoption/run.py", "smartrecruiters-calendar adopt --stack {} --client-id ID --dry-run"
    ),
    Printed("smartrecruiters_calendar/adoption/run.py", "smartrecruiters-calendar adopt --stack {} --client-id {}"),
    Printed("smartrecruiters_calendar/adoption/run.py", "smartrecruiters-calendar new-stack --help"),
    Printed("smartrecruiters_calendar/adoption/run.py", "smartrecruiters-calendar post-deploy --stack {}"),
    Printed("smartrecruiters_calendar/audit/checks/use.py", "smartrecruiters-calendar post-deploy"),
    Printed("smartrecruiters_calendar/audit/checks/use.py", "smartrecruiters-calendar post-deploy --stack {}"),
    Printed("smartrecruiters_calendar/cli/frame.py", "pulumi stack select dev"),
    Printed("smartrecruiters_calendar/cli/frame.py", "smartrecruiters-calendar {} --stack dev"),
    Printed("smartrecruiters_calendar/cli/record_profile.py", "pulumi config set --path smartrecruiters.profile {}{}"),
    Printed(
        "smartrecruiters_calendar/cli/record_profile.py", "pulumi stack output clientSecret --show-secrets --stack {}"
    ),
    Printed("smartrecruiters_calendar/exchange/scope_script.py", "pulumi up --stack {}"),
    Printed(
        "smartrecruiters_calendar/offboarding/restoration.py",
        "smartrecruiters-calendar adopt --stack {} --client-id CLIENT_ID",
    ),
    Printed("smartrecruiters_calendar/page/browser_page.py", "pulumi config set --path 'smartrecruiters.{}' '<{}>'{}"),
    Printed("smartrecruiters_calendar/page/browser_page.py", "smartrecruiters-calendar sign-in --inspect{}"),
    Printed("smartrecruiters_calendar/post_deploy/delivery.py", "smartrecruiters-calendar sign-in --stack {}"),
    Printed("smartrecruiters_calendar/post_deploy/graph_ready.py", "pulumi refresh --stack {}"),
    Printed("smartrecruiters_calendar/post_deploy/graph_ready.py", "pulumi up --stack {}"),
    Printed(
        "smartrecruiters_calendar/post_deploy/mailbox_scope.py", "smartrecruiters-calendar exchange-scope --stack {}"
    ),
    Printed("smartrecruiters_calendar/post_deploy/rehearsal.py", "pulumi up --stack {}"),
    Printed("smartrecruiters_calendar/post_deploy/run.py", "smartrecruiters-calendar post-deploy --stack {}"),
    Printed("smartrecruiters_calendar/preflight/checks/names.py", "smartrecruiters-calendar adopt --stack {} --help"),
    Printed("smartrecruiters_calendar/preflight/checks/names.py", "smartrecruiters-calendar recover --stack {}"),
    Printed("smartrecruiters_calendar/preflight/checks/owners.py", "pulumi refresh --stack {}"),
    Printed("smartrecruiters_calendar/preflight/checks/owners.py", "smartrecruiters-calendar recover --stack {}"),
    Printed(
        "smartrecruiters_calendar/preflight/checks/secret_dates.py", "smartrecruiters-calendar rotate begin --stack {}"
    ),
    Printed("smartrecruiters_calendar/preflight/checks/versions.py", "pulumi plugin install resource {}"),
    Printed("smartrecruiters_calendar/promotion/report/text.py", "smartrecruiters-calendar recover --stack {}"),
    Printed("smartrecruiters_calendar/promotion/tenants.py", "smartrecruiters-calendar new-stack {} --help"),
    Printed("smartrecruiters_calendar/rotation/auto.py", "smartrecruiters-calendar rotate status --stack {}"),
    Printed("smartrecruiters_calendar/rotation/revoke.py", "smartrecruiters-calendar rotate auto --now --stack {}"),
    Printed("smartrecruiters_calendar/rotation/revoke.py", "smartrecruiters-calendar {} --stack {}"),
    Printed("smartrecruiters_calendar/rotation/rollback.py", "smartrecruiters-calendar post-deploy --stack {}"),
    Printed("smartrecruiters_calendar/rotation/rollback.py", "smartrecruiters-calendar rotate begin --stack {}"),
    Printed("smartrecruiters_calendar/rotation/state.py", "pulumi state unprotect --stack {} --yes {}"),
    Printed("smartrecruiters_calendar/stack/deliveries.py", "smartrecruiters-calendar post-deploy --again --stack {}"),
    Printed("smartrecruiters_calendar/stack/engine.py", "pulumi refresh --stack {}"),
    Printed("smartrecruiters_calendar/stack/engine.py", "smartrecruiters-calendar recover --stack {}"),
    Printed("smartrecruiters_calendar/stack/file.py", "pulumi preview --stack {}"),
    Printed("smartrecruiters_calendar/stack/packaged.py", "pulumi up --stack {}"),
    Printed("smartrecruiters_calendar/stack/pulumi.py", "pulumi login"),
    Printed("smartrecruiters_calendar/stack/pulumi.py", "smartrecruiters-calendar recover --stack {}"),
    Printed("smartrecruiters_calendar/vault/reading.py", "pulumi up --refresh --stack {}"),
    Printed("smartrecruiters_calendar/vault/reading.py", "pulumi up --stack {}"),
}
