"""What a release promises about privacy, in a form that a machine can check.

`registry` has the shape of the OpenDP / NIST Differential Privacy Deployments Registry
(schema of July 2026, tier 3), so that it can be submitted as it is.  That schema has no
place for accuracy or for a person's bounds; those stand beside it under `infobank`.
"""

from math import exp
from typing import Any

from infobank.publication.intervals import GeometricNoise
from infobank.publication.noise import BIN_SENSITIVITY, COUNT_SENSITIVITY, delta_fp
from infobank.publication.release import Release
from infobank.publication.rendering.site import RenderedFile, Site, as_json, as_number
from infobank.publication.statistic import UNIT_OF_PRIVACY, Statistic
from infobank.vocabulary.text.language import Text

MEDIA_TYPE = "application/json"
FORMAT = "infobank-dp-statement/v1"
NAME = "dp-statement.json"
TITLE = Text(ja="差分プライバシー説明書(JSON)", en="Differential privacy statement (JSON)")

POST_PROCESSING = (
    "Means are ratios of the noisy sum and the noisy count. Tidy figures are cut to their "
    "public bounds. A mean is withheld when the noisy count is small or its interval wide; "
    "both are judged on noisy figures."
)
COMPOSITION = (
    "Basic (sequential) composition of the three tables of a release and of all releases of "
    "the statistic in any 365 days. Cells of one table are disjoint: a resident is in one."
)
ACTORS = (
    "The bank's operator holds the records, applies the mechanism and is trusted with both. "
    "Residents consent or not. Readers of the open data are not trusted at all."
)
MECHANISMS = (
    "Two-sided geometric noise on integers, from the Geometric mechanism of IBM diffprivlib "
    "0.6.6, drawn from the operating system's generator. Inverting a 53-bit uniform leaves a "
    "small delta, stated under infobank.privacy.delta_fp. Noise is drawn on a schedule and "
    "never while a reader waits, so its timing shows nothing."
)
TUNING = (
    "None on the data. Bounds, bins, bands and shares of epsilon come from public surveys and "
    "were fixed before the first release. Each resident gives the mean of their own days, "
    "rounded and clipped; fewer days than the stated least give nothing."
)
JUSTIFICATION = (
    "A person touches one cell and one bin, so pure-epsilon geometric noise is smaller than "
    "Gaussian noise at any usual delta. Centring the sums on the middle of the bounds halves "
    "their sensitivity."
)


def odds(epsilon: float) -> int:
    """Return how often in 100 the best guess whether somebody took part is right.

    For even odds beforehand and a guesser who knows everybody else's data; 50 is a coin toss.
    """
    return round(100 / (1 + exp(-epsilon)))


def render_statement(statistic: Statistic, release: Release, site: Site) -> RenderedFile:
    """Return the statement of one release."""
    document = {
        "format": FORMAT,
        "registry": _registry(statistic, release, site),
        "infobank": _extension(statistic, release),
    }
    return RenderedFile(NAME, MEDIA_TYPE, TITLE, as_json(document))


def _registry(statistic: Statistic, release: Release, site: Site) -> dict[str, Any]:
    return {
        "url_slug": release.release_id.replace("_", "-"),
        "status": "Draft",
        "tier": 3,
        "deployment": {
            "basic": _basic(statistic, release, site),
            "dp_variant": _variant(statistic),
            "privacy_loss": _privacy_loss(statistic, release),
            "deployment_model": _model(statistic),
            "accounting": {"post_processing": POST_PROCESSING, "composition": COMPOSITION},
            "implementation": {
                "preprocessing_and_hyperparameter_tuning": TUNING,
                "mechanisms": MECHANISMS,
                "justification": JUSTIFICATION,
            },
            "administrative": {"registry_authors": [site.publisher.en]},
        },
    }


def _basic(statistic: Statistic, release: Release, site: Site) -> dict[str, Any]:
    return {
        "name": statistic.title.en,
        "data_curators": [
            {"data_curator_name": site.publisher.en, "data_curator_type": "Government"}
        ],
        "intended_use": "Open statistics for the public and for town development.",
        "data_product_type": "Summary statistics",
        "data_product_region": site.region.en,
        "description": statistic.description.en,
        "publication_date": release.edition.issued[:10],
        "data_product_sector": "Government",
    }


def _variant(statistic: Statistic) -> dict[str, Any]:
    return {
        "variant_name": "Approximate DP",
        "data_domain": (
            f"For each consenting resident one value of {statistic.category}.{statistic.field} "
            "over one month, with "
            f"{' and '.join(dimension.code for dimension in statistic.dimensions)}."
        ),
        "unprotected_quantities": (
            "The size of the access log when consents were read, which the log's checkpoints "
            "publish anyway. Nothing else: the list of cells and bins is public and fixed and "
            "is published whole, and the number of contributors only with noise."
        ),
    }


def _privacy_loss(statistic: Statistic, release: Release) -> dict[str, Any]:
    return {
        "privacy_unit": "Resident-month",
        "privacy_unit_details": f"{UNIT_OF_PRIVACY.en}; distance 1 in the symmetric distance.",
        "privacy_parameters": {
            "epsilon": as_number(release.epsilon),
            "delta": as_number(delta_fp(statistic)),
        },
        "privacy_parameters_details": (
            "The noise is calibrated for pure epsilon; delta is what floating-point "
            "arithmetic adds to it and nothing else."
        ),
    }


def _model(statistic: Statistic) -> dict[str, Any]:
    return {
        "model_name": "Central",
        "actors": ACTORS,
        "release_type": "Many releases",
        "release_type_details": (
            f"Monthly. At most epsilon {statistic.epsilon_per_year} in any 365 days for a "
            "resident who takes part in every month; older losses do not vanish, they add up."
        ),
        "data_source_type": "Dynamic",
        "access_type": "Non-interactive",
    }


def _extension(statistic: Statistic, release: Release) -> dict[str, Any]:
    edition, epsilon = release.edition, as_number(release.epsilon)
    return {
        "release": release.release_id,
        "period": [edition.period.first.isoformat(), edition.period.last.isoformat()],
        "published_at": edition.issued,
        "privacy": {
            "unit": {"ja": UNIT_OF_PRIVACY.ja, "en": UNIT_OF_PRIVACY.en},
            "neighbours": "add_or_remove",
            "epsilon": epsilon,
            "delta_fp": as_number(delta_fp(statistic)),
            "guess_right_in_100": odds(epsilon),
            "spent_in_365_days": as_number(edition.spent_in_year),
            "allowed_in_365_days": as_number(statistic.epsilon_per_year),
        },
        "contribution": _contribution(statistic),
        "tables": _tables(statistic),
        "accuracy": _accuracy(release),
        "suppression": {
            "judged_on": "noisy figures",
            "least_people": statistic.suppression.least_people,
            "widest_interval": statistic.suppression.widest_interval,
        },
        "people": {
            "value": release.people.value,
            "raw": release.people.raw,
            "ci95": list(release.people.interval),
        },
        "consent_epoch": edition.consent_epoch,
        "policy_digest": edition.policy_digest,
    }


def _contribution(statistic: Statistic) -> dict[str, Any]:
    measure = statistic.measure
    return {
        "values_per_resident": 1,
        "cells_per_resident": 1,
        "bins_per_resident": 1,
        "clipped_to": [measure.low * measure.unit, measure.high * measure.unit],
        "rounded_to": measure.unit,
        "least_days": statistic.least_days,
    }


def _tables(statistic: Statistic) -> list[dict[str, Any]]:
    """List what a checker needs to recompute every interval: law, sensitivity, epsilon."""
    epsilon, measure = statistic.epsilon, statistic.measure
    rows = (
        ("people", COUNT_SENSITIVITY, epsilon.count, 1),
        ("centred_sum", measure.sum_sensitivity, epsilon.sum, measure.unit),
        ("distribution", BIN_SENSITIVITY, epsilon.distribution, 1),
    )
    return [
        {
            "table": table,
            "mechanism": "two-sided geometric",
            "library": "diffprivlib 0.6.6 Geometric",
            "sensitivity": sensitivity,
            "epsilon": as_number(share),
            "unit": unit,
            "ci95_reach": GeometricNoise(sensitivity, share).reach(),
        }
        for table, sensitivity, share, unit in rows
    ]


def _accuracy(release: Release) -> dict[str, Any]:
    return {
        "interval": "at least 95 %, of the noise alone",
        "mean_interval_method": "Fieller inversion over noisy sum and noisy count",
        "widest_half_width_of_published_means": widest_half_width(release),
        "bias": "raw figures of people are unbiased; clipping and rounding move the mean",
    }


def widest_half_width(release: Release) -> int | None:
    """Return half the widest interval among the published means, or None when all are withheld."""
    widths = [
        cell.mean.interval.high - cell.mean.interval.low
        for cell in release.cells
        if cell.mean.value is not None
    ]
    return -(-max(widths) // 2) if widths else None
