"""Run `infobank` as `python -m infobank`."""

from infobank.cli import main

raise SystemExit(main())
