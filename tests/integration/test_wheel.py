"""The wheel: built from the checkout, it works alone, with its policies and migrations inside."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHERE = """
import services
from services.policies.folder import policies_dir
from services.runtime.migrate import migrations_dir

print(services.__file__, policies_dir(), migrations_dir(), sep="\\n")
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program without our settings and paths; return what it says, or fail with it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DIALOGUE_", "PYTHONPATH"))}
    done = subprocess.run(
        command, cwd=cwd, env=environ, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the tools of this environment, without asking any package index."""
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own, which sees this one's dependencies; return its programs."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=home)
    # A path file adds the folder alone, not what path files in it add: the checkout itself stays out of sight.
    (site,) = home.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_wheel_holds_code_policies_and_migrations(wheel: Path) -> None:
    """All data the engine reads at run time lies beside the code that reads it; types are declared; no tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    for folder, inside in (("policies", "services/policies/data"), ("migrations", "services/storage/migrations")):
        files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert {f"{inside}/{path}" for path in files if "__pycache__" not in path.parts} <= names
    assert "services/py.typed" in names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"services"}


def test_the_wheel_finds_its_own_data(installed: Path, tmp_path: Path) -> None:
    """Code, policies and migrations all come out of the wheel, none out of the checkout."""
    places = run(installed / "python", "-c", WHERE, cwd=tmp_path).split("\n")

    assert [Path(place).is_relative_to(installed.parent) for place in places if place] == [True, True, True]


@pytest.mark.parametrize("command", ["version", "policies check"])
def test_the_command_works_from_the_wheel(installed: Path, tmp_path: Path, command: str) -> None:
    """The command line works in an empty folder, where there is no checkout to lean on."""
    assert run(installed / "dialogue", *command.split(), cwd=tmp_path).strip()
