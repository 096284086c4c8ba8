"""pipeline-identity: what a job's later steps are told."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from smartrecruiters_calendar.cli.start import main
from smartrecruiters_calendar.entra import assertions

SERVICE = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://localhost:1/token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job"}


@pytest.mark.parametrize("job", [SERVICE, {}], ids=["a token service", "none"])
def test_the_file_is_told_to_all_but_the_provider_which_has_variables_of_its_own(
    job: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in SERVICE:
        monkeypatch.delenv(name, raising=False)
    for name, value in job.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(assertions, "pipeline_assertion", lambda _: SecretStr("head.body.signature"))
    file = tmp_path / "assertion"
    with pytest.raises(SystemExit) as ended:
        main(["pipeline-identity", "--file", str(file)])
    assert (ended.value.code, file.read_text(), file.stat().st_mode & 0o777) == (0, "head.body.signature", 0o600)
    printed = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert printed == {"ARM_USE_OIDC": "true", "AZURE_FEDERATED_TOKEN_FILE": str(file)}
