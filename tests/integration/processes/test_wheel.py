"""The built wheel is the whole program: it runs where there is no checkout."""

import os
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import load_texts

ROOT = Path(__file__).parents[3]
SECONDS = 90

WHERE = "import infobank.config as c; print(c.__file__); print(c.carried('policies'))"


@dataclass(frozen=True)
class Elsewhere:
    """A virtual environment with the wheel in it, and a folder to keep a bank's state in."""

    environment: Path
    state: Path

    def settings(self, port: int = 8080) -> dict[str, str]:
        """Return the whole environment a program runs in there."""
        return {
            "HOME": str(self.environment),
            "PATH": os.defpath,
            "PYTHONDONTWRITEBYTECODE": "1",
            "INFOBANK_ENV": "demo",
            "INFOBANK_STATE": str(self.state),
            "INFOBANK_LISTEN": f"127.0.0.1:{port}",
            "INFOBANK_PUBLIC_URL": f"http://localhost:{port}",
        }

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of the environment; return what it says."""
        outcome = subprocess.run(
            [self.environment / "bin" / program, *arguments],
            capture_output=True,
            check=False,
            cwd=self.environment,
            env=self.settings(),
            text=True,
            timeout=SECONDS,
        )
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run the bank on a free port; ask it to end, and see that it does so cleanly."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [self.environment / "bin" / "infobank", "serve"],
            cwd=self.environment,
            env=self.settings(port),
        )
        try:
            address = f"http://localhost:{port}"
            _wait_until_ready(address, process)
            yield address
        finally:
            process.terminate()
            status = process.wait(SECONDS)
        assert status == 0


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the bank ended by itself"
        try:
            if requests.get(address + "/readyz", timeout=SECONDS).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)  # not listening yet
    pytest.fail("the bank did not become ready")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    (built,) = folder.glob("infobank-*.whl")
    return built


@pytest.fixture
def elsewhere(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory, open_folder: Path
) -> Elsewhere:
    """Return an environment that has the wheel, the locked packages, and no checkout."""
    environment = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    command = ("-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    # A folder named in a .pth file is searched, but its own .pth files, which lead to the
    # checkout, are not read.
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Elsewhere(environment, open_folder / "state")


def _fetch(address: str) -> str:
    answer = requests.get(address, timeout=SECONDS)
    answer.raise_for_status()
    return answer.text


def test_the_wheel_carries_every_file_the_program_reads(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    places = {"infobank": "infobank"} | {
        folder: f"infobank/carried/{folder}" for folder in ("policies", "migrations")
    }
    expected = {
        f"{inside}/{path.relative_to(ROOT / folder)}"
        for folder, inside in places.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        # Rejects of a file that somebody deposited from here are nobody else's.
        and not path.name.endswith(".rejects.csv")
    }
    program = {name for name in names if ".dist-info/" not in name}
    assert program == expected


def test_the_wheel_carries_its_licence(wheel: Path):
    (licence,) = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("LICENSE")]
    assert zipfile.ZipFile(wheel).read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_installed_program_explains_itself(elsewhere: Elsewhere):
    assert "demo" in elsewhere.run("infobank", "--help")


def test_the_installed_program_reads_nothing_of_the_checkout(elsewhere: Elsewhere):
    for place in elsewhere.run("python", "-c", WHERE).splitlines():
        assert Path(place).is_relative_to(elsewhere.environment)


def test_a_bank_begins_and_answers_from_the_wheel_alone(elsewhere: Elsewhere):
    made = elsewhere.run("infobank", "keys", "make")
    assert str(elsewhere.state) in made
    elsewhere.run("infobank", "db", "upgrade")
    assert "publication desk" in elsewhere.run("infobank", "setup")
    said = load_texts()[Language.JA]
    with elsewhere.serving() as address:
        assert said.say("sign_in.title") in _fetch(address + "/sign-in?lang=ja")
        assert _fetch(address + "/api/openapi.json")
        assert ":focus-visible" in _fetch(address + "/static/portal.css")
