"""The operator's inquiries: what may be asked at all, and what the bank refuses to have asked."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from infobank.consent.answers.inquiry import Computation
from infobank.errors import ConfigurationError
from infobank.policies import read_policies

POLICIES = Path(__file__).parents[2] / "policies"
ZONE = "Asia/Tokyo"


def test_the_projects_own_inquiries_are_read():
    inquiries = read_policies(POLICIES, ZONE).inquiries
    assert {code: each.computation for code, each in inquiries.items()} == {
        "active_days": Computation.COUNT,
        "age_at_least": Computation.AGE,
        "electricity_used": Computation.SUM,
        "mean_steps": Computation.MEAN,
        "recent_health_check": Computation.RECENT,
    }
    assert inquiries["age_at_least"].choices == range(20, 91, 5)
    assert inquiries["electricity_used"].edges[0] == 10_000
    asked = inquiries["mean_steps"].ask({"months": 1}, date(2026, 11, 21))
    assert str(asked) == "mean_steps(months=1)"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("age_at_least", "most = 4", "most = 0", "most: must be between"),
        ("age_at_least", "most = 4", "most = 4\nnoise = 1", "noise: is unknown"),
        ("age_at_least", 'category = "profile"', 'category = "dreams"', "category: must be one of"),
        ("age_at_least", '"birth_year"', '"birthday"', "field: unknown field"),
        ("age_at_least", '"birth_year"', '"name"', "field: must be a number"),
        ("age_at_least", 'tells = "profile"', 'tells = "health_check"', "nothing is inferred"),
        ("age_at_least", "[years]", "[months]", r"age needs one of \[years\]"),
        ("age_at_least", "apart = 5", "apart = 1", "apart: must be between"),
        ("age_at_least", 'computes = "age"', 'computes = "guess"', "computes: must be one of"),
        ("age_at_least", "maximum = 90", "maximum = 10", "years.maximum: must be between"),
        (
            "age_at_least",
            'label = { ja = "年齢が一定以上か", ',
            "label = { ",
            "label.ja: is missing",
        ),
        ("mean_steps", '"4000", "6000"', '"6000", "4000"', "edges: must rise"),
        ("mean_steps", '"2000", ', '"2000", "2100", ', "field's own band"),
        ("mean_steps", '"2000"', '"2000.5"', "edges: must be numbers"),
        ("mean_steps", '"2000"', '"two thousand"', "edges: must be numbers"),
        ("mean_steps", "apart = 28", "apart = 29", "apart: must not be longer"),
        ("mean_steps", "[months]", "[years]", "needs one of"),
        ("active_days", '"7", ', '"7", "7.5", ', "edges: must be numbers"),
        (
            "active_days",
            "stretch_days = 366",
            "stretch_days = 84",
            "must be at least 85",
        ),
        ("recent_health_check", "apart = 28", 'apart = 28\nedges = ["1"]', "edges: is unknown"),
    ],
)
def test_an_inquiry_that_is_wrong_or_tells_too_much_is_refused(
    tmp_path: Path, name: str, old: str, new: str, message: str
):
    folder = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    path = folder / "inquiries" / f"{name}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigurationError, match=rf"inquiries/{name}\.toml: .*{message}"):
        read_policies(folder, ZONE)
