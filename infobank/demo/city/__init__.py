"""A synthetic city: residents and records that look like the published tables."""

from infobank.demo.city.generator import make_city
from infobank.demo.city.residents import Household, SyntheticResident

__all__ = ["Household", "SyntheticResident", "make_city"]
