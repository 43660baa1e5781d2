"""A resident looks at her consents, narrows them and ends them."""
