"""Open data over HTTP: files of releases, their catalogue, and the NGSI-LD read interface."""
