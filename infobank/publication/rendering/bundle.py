"""All files of a release, and the manifest that names each by its hash."""

from collections.abc import Sequence

from infobank.publication.document import to_document
from infobank.publication.release import Release
from infobank.publication.rendering.csv import render_distribution, render_means
from infobank.publication.rendering.dcat import render_dcat
from infobank.publication.rendering.ngsi_ld import render_ngsi_ld
from infobank.publication.rendering.site import RenderedFile, Site
from infobank.publication.rendering.statement import render_statement
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.canonical import canonical_json
from infobank.vocabulary.text.language import Text

MANIFEST_FORMAT = "infobank-release-manifest/v1"
MANIFEST_NAME = "manifest.json"
DOCUMENT_NAME = "release.json"


def render_release(statistic: Statistic, release: Release, site: Site) -> tuple[RenderedFile, ...]:
    """Return every file of a release; the manifest, which names all others, comes last.

    The same arguments always give the same bytes.
    """
    forms = (
        render_means(statistic, release),
        render_distribution(statistic, release),
        render_ngsi_ld(statistic, release, site),
        RenderedFile(
            DOCUMENT_NAME,
            "application/json",
            Text(ja="公表値の原本(JSON)", en="Release document (JSON)"),
            to_document(release),
        ),
    )
    catalogue = render_dcat(statistic, release, site, forms)
    files = (*forms, render_statement(statistic, release, site), catalogue)
    return (*files, _manifest(release, files))


def _manifest(release: Release, files: Sequence[RenderedFile]) -> RenderedFile:
    """List name, media type, size and SHA-256 of each file: what the bank signs."""
    body = canonical_json(
        {
            "format": MANIFEST_FORMAT,
            "release": release.release_id,
            "files": [
                {
                    "name": file.name,
                    "media_type": file.media_type,
                    "bytes": len(file.body),
                    "sha256": file.sha256,
                }
                for file in files
            ],
        }
    )
    title = Text(ja="ファイル一覧とハッシュ値(JSON)", en="Manifest with hashes (JSON)")
    return RenderedFile(MANIFEST_NAME, "application/json", title, body)
