"""Printed commands that no test types yet. Nothing is added here: a new command comes with its test."""

from typing import Final

from tests.remedies.printed import Printed

NOT_TYPED: Final = {
    Printed("components/ended_secrets.py", "smartrecruiters-calendar rotate begin --stack {}"),
    Printed("components/look_ups.py", "smartrecruiters-calendar preflight --stack {}"),
    Printed("components/page_selectors.py", "smartrecruiters-calendar sign-in --inspect"),
    Printed("components/replication.py", "pulumi up --stack {}"),
    Printed("components/settings.py", "pulumi config set --path calendarScope.inside <address of a mailbox in scope>"),
    Printed("components/tenant_tie.py", "smartrecruiters-calendar new-stack --help"),
    Printed("smartrecruiters_calendar/cli/frame.py", "pulumi stack select dev"),
    Printed("smartrecruiters_calendar/cli/frame.py", "smartrecruiters-calendar {} --stack dev"),
    Printed("smartrecruiters_calendar/cli/record_profile.py", "pulumi config set --path smartrecruiters.profile {}{}"),
    Printed(
        "smartrecruiters_calendar/cli/record_profile.py", "pulumi stack output clientSecret --show-secrets --stack {}"
    ),
    Printed("smartrecruiters_calendar/page/browser_page.py", "pulumi config set --path 'smartrecruiters.{}' '<{}>'{}"),
    Printed("smartrecruiters_calendar/page/browser_page.py", "smartrecruiters-calendar sign-in --inspect{}"),
    Printed("smartrecruiters_calendar/post_deploy/delivery.py", "smartrecruiters-calendar sign-in --stack {}"),
    Printed(
        "smartrecruiters_calendar/preflight/checks/secret_dates.py", "smartrecruiters-calendar rotate begin --stack {}"
    ),
    Printed("smartrecruiters_calendar/preflight/checks/versions.py", "pulumi plugin install resource {}"),
    Printed("smartrecruiters_calendar/promotion/report/text.py", "smartrecruiters-calendar recover --stack {}"),
    Printed("smartrecruiters_calendar/promotion/tenants.py", "smartrecruiters-calendar new-stack {} --help"),
    Printed("smartrecruiters_calendar/rotation/state.py", "pulumi state unprotect --stack {} --yes {}"),
    Printed("smartrecruiters_calendar/stack/file.py", "pulumi preview --stack {}"),
    Printed("smartrecruiters_calendar/stack/packaged.py", "pulumi up --stack {}"),
    Printed("smartrecruiters_calendar/stack/pulumi.py", "pulumi login"),
}
