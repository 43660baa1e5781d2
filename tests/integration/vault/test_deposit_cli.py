"""`infobank deposit csv` as an operator runs it: real files in, rejects told, nothing lost."""

import csv
import os
import re
import shutil
import signal
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from bank_processes import command, environment_for, infobank, started, until
from running_bank import BankServer

from infobank.demo.untidy import BROKEN, PEOPLE, SAMPLE
from infobank.vocabulary.category import Record

MAPPING = "fitbit_daily_activity"
HEADER = (
    "Id,ActivityDate,TotalSteps,TotalDistance,TrackerDistance,LoggedActivitiesDistance,"
    "VeryActiveMinutes,FairlyActiveMinutes,LightlyActiveMinutes,SedentaryMinutes,Calories"
)
SAID = re.compile(
    r"kept +(\d+) new records, (\d+) changed, (\d+) as they were\s+rejected +(\d+) lines"
)

inputs = os.environ.get("INFOBANK_TEST_INPUTS")
needs_sample = pytest.mark.skipif(inputs is None, reason="INFOBANK_TEST_INPUTS is not set")


@dataclass(frozen=True)
class Said:
    """What the command told about a file."""

    new: int
    changed: int
    same: int
    rejected: int


def said(output: str) -> Said:
    """Read what the command told."""
    found = SAID.search(output)
    assert found, output
    return Said(*(int(number) for number in found.groups()))


def deposit(server: BankServer, path: Path, **more: str) -> Said:
    """Deposit a file by the command, without a terminal; return what it told."""
    done = infobank(server.settings, "deposit", "csv", path, "--mapping", MAPPING, **more)
    assert done.returncode == 0, done.stderr
    assert "█" not in done.stdout + done.stderr
    return said(done.stdout)


def line(identifier: str, day: date, steps: int) -> str:
    """Return one row of a file: a person's day."""
    return f"{identifier},{day:%m/%d/%Y},{steps},1.25,1.25,0,3,4,5,600,1500"


def write(path: Path, lines: list[str]) -> Path:
    """Write a file with the header and these rows."""
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def held(server: BankServer, identifier: str) -> list[Record]:
    """Return what the bank holds of a source's person; nothing when it does not know them."""

    async def work() -> list[Record]:
        known = await server.bank.enrol("fitbit", [identifier], create=False)
        if identifier not in known:
            return []
        category = server.bank.policies.category("daily_activity")
        return await server.bank.holdings.records(known[identifier], category)

    return server.run(work())


def stored(server: BankServer) -> dict[tuple[object, bytes], int]:
    """Return every stored block with its generation."""
    rows = server.rows("SELECT resident_id, tag, generation FROM blocks")
    return {(row["resident_id"], row["tag"]): row["generation"] for row in rows}


@needs_sample
def test_the_real_sample_is_kept_but_for_days_in_a_drawer_and_again_changes_nothing(
    bank_server: BankServer, tmp_path: Path
):
    source = Path(inputs or "") / "samples" / "fitbit-daily-activity.csv"
    copied = Path(shutil.copy(source, tmp_path))
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    drawer = [row for row in rows if not float(row["TotalSteps"]) and not float(row["Calories"])]
    people = {row["Id"] for row in rows}
    assert (len(rows), len(people)) == (940, 33)
    assert drawer

    first = deposit(bank_server, copied)
    assert first == Said(new=940 - len(drawer), changed=0, same=0, rejected=len(drawer))
    blocks = stored(bank_server)
    kept = {person: held(bank_server, person) for person in people}
    assert sum(len(records) for records in kept.values()) == first.new
    check_values(bank_server, rows, kept)

    assert deposit(bank_server, copied) == Said(0, 0, first.new, len(drawer))
    assert stored(bank_server) == blocks


def check_values(
    server: BankServer, rows: list[dict[str, str]], kept: dict[str, list[Record]]
) -> None:
    """Check that what reads back is what the file says."""
    names = server.bank.policies.category("daily_activity").field_names
    steps, distance = names.index("steps"), names.index("distance")
    found = {
        (person, record.observed): record.values
        for person, records in kept.items()
        for record in records
    }
    for row in (row for row in rows if float(row["Calories"])):
        month, day, year = (int(part) for part in row["ActivityDate"].split("/"))
        values = found[row["Id"], date(year, month, day)]
        assert values[steps] == round(float(row["TotalSteps"]))
        assert values[distance] == round(float(row["TotalDistance"]) * 100)


def test_the_untidy_file_of_the_package_is_read_and_its_broken_lines_are_told(
    bank_server: BankServer, tmp_path: Path
):
    copied = Path(shutil.copy(SAMPLE, tmp_path))
    first = deposit(bank_server, copied)
    assert first.new > PEOPLE * 20
    # One of the slips is another value for a day of the same file: both rows were read.
    assert first.rejected >= BROKEN
    again = deposit(bank_server, copied)
    assert (again.new, again.rejected) == (0, first.rejected)


def test_another_value_makes_a_new_generation_of_its_block_alone(
    bank_server: BankServer, tmp_path: Path
):
    first_day = date(2024, 5, 1)
    path = write(tmp_path / "walks.csv", [line("770001", first_day, 4321)])
    other = write(tmp_path / "other.csv", [line("770002", first_day, 4321)])
    assert deposit(bank_server, path).new == 1
    assert deposit(bank_server, other).new == 1
    before = stored(bank_server)
    write(path, [line("770001", first_day, 4322)])
    assert deposit(bank_server, path) == Said(0, 1, 0, 0)
    after = stored(bank_server)
    changed = {place for place, generation in after.items() if before.get(place) != generation}
    assert len(changed) == 1
    assert {after[place] - before[place] for place in changed} == {1}
    assert [record.values[0] for record in held(bank_server, "770001")] == [4322]


def test_the_reject_file_is_the_owners_alone_and_tells_places_and_reasons_never_values(
    bank_server: BankServer, tmp_path: Path
):
    day = date(2024, 5, 2)
    bad = [
        line("771234567", day, 123456789),
        line("771234567", day, 5).replace("600", "sixhundredandfour"),
        line("771234567", day, 5).replace("05/02/2024", "2024-XYZZY"),
        line("771234567", day + timedelta(days=1), 6),
    ]
    told = deposit(bank_server, write(tmp_path / "walks.csv", bad))
    assert (told.new, told.rejected) == (1, 3)
    rejects = tmp_path / "walks.rejects.csv"
    assert rejects.stat().st_mode & 0o777 == 0o600
    with rejects.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["line", "column", "reason"]
    assert [(row[0], row[1]) for row in found[1:]] == [
        ("2", "TotalSteps"),
        ("3", "SedentaryMinutes"),
        ("4", "ActivityDate"),
    ]
    text = rejects.read_text(encoding="utf-8")
    for value in ("123456789", "sixhundred", "XYZZY", "771234567"):
        assert value not in text


def test_days_in_the_future_are_refused_and_today_is_kept(bank_server: BankServer, tmp_path: Path):
    today = bank_server.last_day + timedelta(days=1)
    lines = [line("772001", today + timedelta(days=ahead), 100) for ahead in (0, 1, 400)]
    told = deposit(bank_server, write(tmp_path / "walks.csv", lines))
    assert (told.new, told.rejected) == (1, 2)
    assert [record.observed for record in held(bank_server, "772001")] == [today]


def test_two_spellings_of_an_identifier_are_one_person(bank_server: BankServer, tmp_path: Path):
    first = date(2024, 7, 1)
    spellings = ["774001", "７７４００１", "774001"]
    lines = [line(who, first + timedelta(days=day), day) for day, who in enumerate(spellings)]
    before = len(bank_server.rows("SELECT FROM residents"))
    assert deposit(bank_server, write(tmp_path / "walks.csv", lines)) == Said(3, 0, 0, 0)
    assert len(bank_server.rows("SELECT FROM residents")) == before + 1
    assert [record.values[0] for record in held(bank_server, "774001")] == [0, 1, 2]


def test_a_file_in_order_of_day_writes_each_block_once(bank_server: BankServer, tmp_path: Path):
    first, before = date(2024, 8, 1), stored(bank_server)
    people = [f"775{person:03}" for person in range(40)]
    days = [first + timedelta(days=day) for day in range(200)]
    lines = [line(who, day, day.day) for day in days for who in people]
    assert deposit(bank_server, write(tmp_path / "walks.csv", lines)).new == len(lines)
    written = {place: made for place, made in stored(bank_server).items() if place not in before}
    assert set(written.values()) == {1}
    assert [record.observed for record in held(bank_server, people[-1])] == days


@pytest.fixture
def refusing_policies(bank_server: BankServer, tmp_path: Path) -> Path:
    """A copy of the policies whose mapping makes no residents."""
    folder = tmp_path / "policies"
    shutil.copytree(bank_server.settings.policies, folder)
    mapping = folder / "mappings" / f"{MAPPING}.toml"
    text = mapping.read_text(encoding="utf-8")
    assert 'unknown = "create"' in text
    mapping.write_text(text.replace('unknown = "create"', 'unknown = "refuse"'), encoding="utf-8")
    return folder


def test_a_mapping_that_refuses_strangers_keeps_the_others_rows(
    bank_server: BankServer, tmp_path: Path, refusing_policies: Path
):
    day = date(2024, 6, 1)
    deposit(bank_server, write(tmp_path / "first.csv", [line("773001", day, 100)]))
    before = len(bank_server.rows("SELECT FROM residents"))
    later = day + timedelta(days=1)
    mixed = [line("773001", later, 200), line("773002", later, 300)]
    path = write(tmp_path / "mixed.csv", mixed)
    told = deposit(bank_server, path, INFOBANK_POLICIES=str(refusing_policies))
    assert (told.new, told.rejected) == (1, 1)
    assert len(bank_server.rows("SELECT FROM residents")) == before
    assert held(bank_server, "773002") == []
    assert "773002" not in (tmp_path / "mixed.rejects.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("missing.csv", None, "cannot read the file"),
        ("empty.csv", "", "a header is needed"),
        ("other.csv", "a,b\n1,2\n", "Id"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained_in_one_line(
    bank_server: BankServer, tmp_path: Path, name: str, content: str | None, expected: str
):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = infobank(bank_server.settings, "deposit", "csv", path, "--mapping", MAPPING)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert expected in done.stderr


def test_an_unknown_mapping_is_explained_with_those_there_are(
    bank_server: BankServer, tmp_path: Path
):
    done = infobank(
        bank_server.settings, "deposit", "csv", tmp_path / "x.csv", "--mapping", "../purposes/x"
    )
    assert done.returncode == 1
    assert MAPPING in done.stderr


PERSONS, DAYS = 200, 250


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    """A file that takes a while: 50,000 rows, in ten chunks."""
    first = date(2023, 1, 1)
    rows = (
        line(f"88{person:05}", first + timedelta(days=day), 1000 + person + day)
        for person in range(PERSONS)
        for day in range(DAYS)
    )
    return write(tmp_path / "large.csv", list(rows))


def test_ctrl_c_half_way_loses_nothing_that_was_reported_as_kept(
    bank_server: BankServer, tmp_path: Path, large_file: Path
):
    before = len(stored(bank_server))
    words = command("deposit", "csv", large_file, "--mapping", MAPPING)
    with started(words, environment_for(bank_server.settings), tmp_path / "said.txt") as running:
        until(lambda: len(stored(bank_server)) > before, running.said)
        first = len(stored(bank_server))
        # Where a second chunk is stored, the first was counted too.
        until(lambda: len(stored(bank_server)) > first, running.said)
        running.process.send_signal(signal.SIGINT)
        status = running.process.wait(timeout=60)
    told = said(running.said())
    assert "Traceback" not in running.said()
    assert 0 < told.new < PERSONS * DAYS, (
        "the interruption came too early or too late to tell anything"
    )
    assert status == 130
    kept = sum(len(held(bank_server, f"88{person:05}")) for person in range(PERSONS))
    assert kept >= told.new
    again = deposit(bank_server, large_file)
    assert (again.new, again.same) == (PERSONS * DAYS - kept, kept)
    assert again.rejected == 0


def test_a_killed_deposit_leaves_whole_chunks_that_read_back(
    bank_server: BankServer, tmp_path: Path
):
    first = date(2022, 1, 1)
    people = [f"89{person:05}" for person in range(80)]
    rows = [line(who, first + timedelta(days=day), day) for who in people for day in range(200)]
    path = write(tmp_path / "killed.csv", rows)
    before = len(stored(bank_server))
    words = command("deposit", "csv", path, "--mapping", MAPPING)
    with started(words, environment_for(bank_server.settings), tmp_path / "said.txt") as running:
        until(lambda: len(stored(bank_server)) > before, running.said)
        running.process.kill()
        assert running.process.wait(timeout=60) == -signal.SIGKILL
    kept = sum(len(held(bank_server, who)) for who in people)
    assert 0 < kept <= len(rows)
    assert deposit(bank_server, path).same == kept
