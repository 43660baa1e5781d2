"""What ends: residents who are erased, holds that stop it, and records whose time is over."""
