import json
from pathlib import Path

from engine.language_host.packages import Plugin, plugins, versions


def _plugin_file(site: Path, package: str, **content: object) -> None:
    (site / package).mkdir(parents=True)
    (site / package / "pulumi-plugin.json").write_text(json.dumps(content))


def _distribution(site: Path, name: str, version: str, *requires: str) -> None:
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    (folder / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", *lines]) + "\n")


def test_packages_with_a_resource_plugin_are_listed(tmp_path: Path) -> None:
    _plugin_file(tmp_path, "pulumi_b", resource=True, name="b", version="2.0.0", server="https://plugins.example")
    _plugin_file(tmp_path, "pulumi_a", resource=True, name="a", version="v1.0.0")
    _plugin_file(tmp_path, "pulumi_policy", resource=False)
    _plugin_file(tmp_path, "pulumi_unversioned", resource=True, name="c")
    assert plugins([str(tmp_path), str(tmp_path / "missing")]) == [
        Plugin("a", "v1.0.0", ""),
        Plugin("b", "v2.0.0", "https://plugins.example"),
    ]


def test_package_that_shadows_another_of_its_name_decides(tmp_path: Path) -> None:
    _plugin_file(tmp_path / "first", "pulumi_a", resource=True, name="a", version="2.0.0")
    _plugin_file(tmp_path / "second", "pulumi_a", resource=True, name="a", version="1.0.0")
    assert [one.version for one in plugins([str(tmp_path / "first"), str(tmp_path / "second")])] == ["v2.0.0"]


def test_dependencies_of_dependencies_are_listed_only_when_asked_for(tmp_path: Path) -> None:
    _distribution(tmp_path, "Some.App", "1.0", "lower-lib>=1", "test-tool; extra == 'test'")
    _distribution(tmp_path, "lower_lib", "2.0")
    _distribution(tmp_path, "test-tool", "3.0")
    assert versions([str(tmp_path)], with_required=False) == {"some-app": "1.0", "test-tool": "3.0"}
    assert versions([str(tmp_path)], with_required=True) == {"lower-lib": "2.0", "some-app": "1.0", "test-tool": "3.0"}
