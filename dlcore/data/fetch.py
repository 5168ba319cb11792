"""Files from the network: several mirrors, one known SHA-256, and nothing believed without it."""

import gzip
import hashlib
import io
import os
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pooch
from pooch.downloaders import HTTPDownloader
from requests import HTTPError
from tqdm.auto import tqdm

from dlcore.data.lock import locked

OWN_ADVICE = "delete it, or put the right file there"  # not for what we downloaded ourselves
RANGE_NOT_SATISFIABLE = 416  # HTTP: the file has no bytes after the ones we hold


@dataclass(frozen=True)
class Remote:
    """One file of a data set, known by its content.

    name     path below the data folder, without ".gz"
    sha256   of the *uncompressed* file: a gzip header holds dates and names that differ
    size     of the uncompressed file, bytes
    mirrors  where to get it, best first; an address that ends in .gz is unpacked
    packed   True for a file that is known, and handed over, as it comes: name, sha256 and size are
             then those of the packed file
    """

    name: str
    sha256: str
    size: int
    mirrors: tuple[str, ...]
    packed: bool = False


def fetch(remote: Remote, progress: bool = True) -> bytes:
    """The file's content, checked against its SHA-256.

    It is looked for below the folder DLCORE_DATA, then in this user's cache; else each mirror is
    tried in turn, and a download that broke off is taken up where it stopped.
    Raises ValueError if a file in DLCORE_DATA is not the one expected, and OSError if no mirror
    delivered it, with what to do by hand.
    """
    own = os.environ.get("DLCORE_DATA")
    for path in _places(Path(own), remote) if own else ():
        if path.is_file():
            return _trusted(path, remote)
    cache = Path(pooch.os_cache("dlcore"))
    for path in _places(cache, remote):
        if path.is_file():
            try:
                return _trusted(path, remote)
            except ValueError:
                path.unlink()  # damaged, and ours to replace
    return _download(remote, cache, progress)


def _places(folder: Path, remote: Remote) -> tuple[Path, Path]:
    """Where the file may lie, as it is and compressed."""
    if remote.packed:
        return folder / remote.name, folder / remote.name
    return folder / remote.name, folder / f"{remote.name}.gz"


def _trusted(path: Path, remote: Remote) -> bytes:
    """The uncompressed content, or ValueError if it is not what `remote` promises."""
    content = path.read_bytes()
    if path.suffix == ".gz" and not remote.packed:
        try:
            with gzip.open(io.BytesIO(content)) as file:
                content = file.read(remote.size + 1)  # no further: a gzip file may hold anything
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is not a whole gzip file: delete it ({error})") from error
    got = hashlib.sha256(content).hexdigest()
    if got != remote.sha256:
        raise ValueError(
            f"{path} is not the expected file: its content has SHA-256 {got}, expected "
            f"{remote.sha256}; {OWN_ADVICE}"
        )
    return content


def _download(remote: Remote, cache: Path, progress: bool) -> bytes:
    """Try each mirror until one delivers the right content, which then stays in the cache.

    A second process that wants the same file waits for the first, and then finds it there.
    """
    failures = []
    place = cache / remote.name
    with suppress(OSError):  # a mirror's failure will tell it
        place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.with_name(f".{place.name}.lock")) as alone:
        for path in _places(cache, remote):
            with suppress(OSError, ValueError):
                return _trusted(path, remote)
        own = "part-" if alone else f"part-{secrets.token_hex(4)}-"
        return _mirrored(remote, cache, progress, own, failures)


def _mirrored(
    remote: Remote, cache: Path, progress: bool, start: str, failures: list[str]
) -> bytes:
    """The first mirror's content that is right; `start` is how the name of a part begins."""
    for url in remote.mirrors:
        target = _places(cache, remote)[url.endswith(".gz")]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            return _from(url, target.with_name(start + target.name), target, remote, progress)
        except (OSError, ValueError) as error:
            failures.append(f"{url} failed ({error})")
    compressed, unpacked = ("", "") if remote.packed else (" (or .gz)", "unpacked, ")
    raise OSError(
        f"{remote.name} could not be downloaded: {'; '.join(failures)}. By hand: get it from "
        f"{remote.mirrors[0]} in a browser, put it at <folder>/{remote.name}{compressed} and set "
        f"the environment variable DLCORE_DATA=<folder>; {unpacked}its SHA-256 is {remote.sha256}"
    )


def _from(url: str, part: Path, target: Path, remote: Remote, progress: bool) -> bytes:
    """One mirror's content; what an earlier attempt left behind is completed or thrown away."""
    if part.exists() and part.stat().st_size:
        try:
            return _complete(url, part, target, remote, progress)
        except HTTPError as error:
            if getattr(error.response, "status_code", None) != RANGE_NOT_SATISFIABLE:
                raise
            part.unlink()
        except ValueError:
            pass  # not the beginning of this file
    return _complete(url, part, target, remote, progress)


def _complete(url: str, part: Path, target: Path, remote: Remote, progress: bool) -> bytes:
    """Append to `part` what it lacks and, if the whole is right, move it into place."""
    done = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}  # so that a range counts the file's own bytes
    if done:
        headers["Range"] = f"bytes={done}-"
    bar: Any = tqdm(
        total=remote.size,
        desc=remote.name,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not progress,
    )
    with bar, part.open("ab") as file:
        HTTPDownloader(progressbar=bar, headers=headers)(url, file, None)
    try:
        content = _trusted(part, remote)
    except ValueError as error:
        part.unlink()
        raise ValueError(f"{error}".replace(OWN_ADVICE, "it was deleted")) from error
    os.replace(part, target)
    return content
