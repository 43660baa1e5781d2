"""A consent as others read it: a receipt (ISO/IEC TS 27560), an agreement (ODRL), plain words."""
