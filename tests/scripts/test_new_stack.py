"""scripts/new_stack.py as it is typed."""

from pathlib import Path

from smartrecruiters_calendar.promotion import tenants
from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

GUID = "7d3f8a52-6f0e-4a53-9a38-0f4f3b1f5a10"


def test_a_stack_that_cannot_be_put_into_its_ring_leaves_no_file_and_can_be_tried_again(tmp_path: Path) -> None:
    pulumi = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    elsewhere = pulumi.folder / "shared"
    (pulumi.folder / tenants.FILE).symlink_to(elsewhere / tenants.FILE)
    before = sorted(pulumi.folder.iterdir())

    new = ("new_stack", "acme", "--directory-id", GUID, "--owner", GUID, "--ring", "everyone")
    refused = typed(pulumi, *new)
    assert (refused.returncode, "tenants.yaml could not be written" in refused.stderr) == (2, True)
    assert sorted(pulumi.folder.iterdir()) == before
    elsewhere.mkdir()
    again = typed(pulumi, *new)
    assert (again.returncode, (pulumi.folder / "Pulumi.acme.yaml").exists()) == (0, True)
    assert tenants.load(pulumi.folder).ring("everyone").stacks == ("acme",)
