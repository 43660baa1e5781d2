"""The people of the demonstration who can sign in."""

from dataclasses import dataclass

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class ResidentRole:
    """A resident of the cast; the first residents of every synthetic city are these.

    `number` is the resident's number in the city, from 1.
    """

    handle: str
    number: int
    name: str
    label: Text
    sex: str
    age: int
    household_size: int
    area: str


@dataclass(frozen=True)
class StaffRole:
    """Somebody of the cast who works for the bank or for a provider."""

    handle: str
    label: Text


RESIDENTS = (
    ResidentRole(
        "hanako",
        1,
        "合成 花子",
        Text("68歳、ひとり暮らし", "68, lives alone"),
        "female",
        68,
        1,
        "syn-06",
    ),
    ResidentRole(
        "taro",
        2,
        "合成 太郎",
        Text("41歳、4人家族", "41, family of four"),
        "male",
        41,
        4,
        "syn-02",
    ),
    ResidentRole(
        "misaki",
        3,
        "合成 美咲",
        Text("22歳、大学生", "22, student"),
        "female",
        22,
        1,
        "syn-01",
    ),
    ResidentRole(
        "kenji",
        4,
        "合成 健二",
        Text("77歳、ふたり暮らし", "77, lives with his wife"),
        "male",
        77,
        2,
        "syn-08",
    ),
)
"""Residents to sign in as, in the order of their numbers."""

STEWARD = StaffRole(
    "steward",
    Text("運営者:提供先を審査し、統計を公開する", "Steward: vets providers, publishes statistics"),
)
AUDITOR = StaffRole(
    "auditor", Text("監査人:アクセスログを確かめる", "Auditor: checks the access log")
)
PROVIDER = StaffRole(
    "walkcoach",
    Text("提供先「ウォークコーチ」:歩く習慣を応援する", "Provider WalkCoach: helps to walk more"),
)
