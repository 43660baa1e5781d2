"""The rights desk's tables: what residents ask for, and who may ask for them."""
