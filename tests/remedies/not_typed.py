"""Printed commands that no test types yet. Nothing is added here: a new command comes with its test."""

from typing import Final

from tests.remedies.printed import Printed

NOT_TYPED: Final = {
    Printed("components/page_selectors.py", "smartrecruiters-calendar sign-in --inspect"),
    Printed(
        "smartrecruiters_calendar/cli/record_profile.py", "pulumi stack output clientSecret --show-secrets --stack {}"
    ),
    Printed("smartrecruiters_calendar/page/browser_page.py", "pulumi config set --path 'smartrecruiters.{}' '<{}>'{}"),
    Printed("smartrecruiters_calendar/page/browser_page.py", "smartrecruiters-calendar sign-in --inspect{}"),
}
