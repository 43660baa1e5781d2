"""The example in `docs/spec/vectors/release.json` is what these noisy integers give."""

from pathlib import Path

from infobank.publication.document import to_document
from infobank.publication.noise import NoisyTally
from infobank.publication.release import Edition, Suppression, make_release
from infobank.publication.statistic import Statistic

VECTOR = Path(__file__).parents[3] / "docs" / "spec" / "vectors" / "release.json"

NOISY = NoisyTally(
    counts=(120, 118, 204, 188, 140, 131, 66, 58, 12, -3),
    sums=(-4200, -3900, -6700, -5980, -5000, -4100, -3600, -2900, -700, 85),
    bins=(
        (4, 14, 31, 33, 21, 9, 5, 2),
        (6, 9, 27, 29, 20, 13, 8, -1),
        (9, 22, 51, 58, 36, 19, 6, 4),
        (5, 17, 44, 49, 38, 20, 12, 6),
        (8, 19, 35, 34, 22, 10, 6, 0),
        (7, 15, 29, 35, 21, 14, 9, 3),
        (10, 21, 16, 11, 4, -2, 1, 5),
        (6, 13, 15, 12, 6, 3, -4, 2),
        (3, 5, 1, 0, -6, 2, 4, -3),
        (0, -2, 7, -1, 3, 0, -5, 1),
    ),
)


def test_the_example_of_the_specification_is_reproduced(statistic: Statistic, edition: Edition):
    release = make_release(statistic, NOISY, edition)
    assert VECTOR.read_bytes() == to_document(release)
    withheld = {cell.key for cell in release.cells if cell.suppressed is Suppression.FEW_PEOPLE}
    assert withheld == {("75+", "female"), ("75+", "male")}
