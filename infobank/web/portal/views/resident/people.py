"""For whom a person may act."""

from dataclasses import dataclass
from datetime import datetime

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Ward:
    """Somebody for whom the signed-in person may act."""

    proxy: str
    label: str
    scopes: tuple[Text, ...]
    until: datetime
    acting: bool


@dataclass(frozen=True)
class ActingPage:
    """`acting`: for whom to act; oneself is always among them."""

    wards: tuple[Ward, ...]
    acting: bool
