"""Where the application keeps its state, and the key that it makes for itself."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from coherence import create_app
from coherence.config import instance_folder, secret_key, templates_folder
from coherence.errors import InstanceUnusable

HOME = Path("/people/ann")


def test_the_environment_variable_comes_first(tmp_path: Path) -> None:
    environ = {"COHERENCE_INSTANCE": "/srv/coherence", "XDG_DATA_HOME": "/x"}
    assert instance_folder(environ, a_checkout(tmp_path), HOME, "linux") == Path("/srv/coherence")


def test_a_checkout_keeps_its_state_in_its_own_folder(tmp_path: Path) -> None:
    package = a_checkout(tmp_path)
    assert instance_folder({}, package, HOME, "linux") == tmp_path / "instance"
    assert instance_folder({"COHERENCE_INSTANCE": ""}, package, HOME, "linux") == tmp_path / "instance"


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, "/people/ann/.local/share/coherence"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/coherence"),
        ("darwin", {}, "/people/ann/Library/Application Support/coherence"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/coherence"),
    ],
)
def test_an_installed_package_uses_the_users_data_folder(
    tmp_path: Path, platform: str, environ: dict[str, str], expected: str
) -> None:
    package = tmp_path / "site-packages" / "coherence"
    assert instance_folder(environ, package, HOME, platform) == Path(expected)


def test_an_instance_folder_beside_an_installed_package_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    folder = instance_folder({}, tmp_path / "coherence", HOME, "linux")
    assert folder == HOME / ".local/share/coherence"


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "instance"
    key = secret_key(folder)
    assert len(key) == 64
    assert secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_a_folder_that_cannot_be_used_is_named_with_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()
    with pytest.raises(InstanceUnusable, match=r"a file.*COHERENCE_INSTANCE"):
        secret_key(file)


def test_the_application_keeps_its_key_over_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHERENCE_INSTANCE", str(tmp_path))
    first = create_app()
    assert first.instance_path == str(tmp_path)
    assert create_app().secret_key == first.secret_key
    assert create_app({"SECRET_KEY": "mine"}).secret_key == "mine"


def test_templates_are_found_inside_a_package_and_beside_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "coherence"
    package.mkdir()
    assert templates_folder(package) == tmp_path / "templates"
    (package / "templates").mkdir()
    assert templates_folder(package) == package / "templates"


def a_checkout(root: Path) -> Path:
    (root / "setup.cfg").touch()
    (root / "instance").mkdir()
    return root / "coherence"
