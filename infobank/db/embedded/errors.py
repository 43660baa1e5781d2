"""What can be wrong with an embedded server."""

from infobank.errors import ConfigurationError


class EmbeddedServerError(ConfigurationError):
    """Refuse to run the embedded server, naming the folder and what would be right."""

    code = "embedded_server"
