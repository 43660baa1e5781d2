"""Read an archive back that was just written, before it is called a backup."""

from collections.abc import Sequence

from infobank.recovery.archive import Frame, FrameKind, Frames, Summary, parse_manifest
from infobank.recovery.errors import ArchiveError
from infobank.usecases.recovery.restore import Opened


async def read_back(archive: Opened, written: Sequence[Summary]) -> None:
    """Accept an archive when it opens to its end and states what was backed up.

    Its encryption vouches for each byte on the way; the manifest comes last.

    Raises:
        ArchiveError: it does not.
    """
    frames, first, last = Frames(), None, None
    async for part in archive.parts:
        for frame in frames.feed(part):
            first, last = first or frame, frame
    frames.end()
    manifest = parse_manifest(last.payload) if last and last.kind is FrameKind.MANIFEST else ()
    if first != Frame(FrameKind.HEAD, archive.head.encode()) or manifest != tuple(written):
        raise ArchiveError("the archive that was written is not what was backed up")
