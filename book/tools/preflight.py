"""Say in plain words what this machine lacks before anything is installed.

Only the standard library and only old syntax: an old Python must be able to say that it is old.
"""

import ast
import importlib
import os
import shutil
import ssl
import subprocess
import sys
import sysconfig

try:
    from urllib.error import HTTPError
    from urllib.parse import urlsplit, urlunsplit
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener, url2pathname
except ImportError:  # Python 2
    from urllib import url2pathname  # type: ignore

    from urllib2 import HTTPError, HTTPSHandler, ProxyHandler, build_opener  # type: ignore
    from urlparse import urlsplit, urlunsplit  # type: ignore

OLDEST = (3, 10)
NEWEST = (3, 14)
NEEDED_GB = 4.0
PIPS_OWN = "https://pypi.org/simple/"  # what pip asks where nobody has set anything


def python_version(version=sys.version_info, executable=sys.executable):
    if tuple(version[:2]) >= OLDEST:
        return None
    return (
        "The book needs Python 3.10 or newer; {0} is Python {1}.{2}. Install a newer one "
        "(python.org, or on Debian and Ubuntu: apt-get install python3.11 python3.11-venv) and "
        "name it: make book PYTHON=python3.11"
    ).format(executable, version[0], version[1])


def venv_modules(load=importlib.import_module):
    for name in ("venv", "ensurepip"):
        try:
            load(name)
        except ImportError:
            return (
                "This Python cannot make a virtual environment: its module '{0}' is missing. On "
                "Debian and Ubuntu: apt-get install python3-venv"
            ).format(name)
    return None


def free_gigabytes(folder):
    if hasattr(shutil, "disk_usage"):
        return shutil.disk_usage(folder).free / 1e9
    return float("inf")


def disk_space(folder, free=free_gigabytes):
    gigabytes = free(folder)
    if gigabytes >= NEEDED_GB:
        return None
    return (
        "Only {0:.1f} GB are free where the book lies ({1}); its environment needs about "
        "{2:.0f} GB (8 GB on Linux if torch brings NVIDIA's libraries). Make room, or "
        "move the book to a larger disk"
    ).format(gigabytes, folder, NEEDED_GB)


def listing():
    """What pip is set to, by its files and the environment, as it lists it; "" without pip."""
    try:
        command = [sys.executable, "-m", "pip", "config", "list"]
        return subprocess.check_output(command, stderr=subprocess.DEVNULL).decode()
    except (OSError, subprocess.CalledProcessError, AttributeError):
        return ""


def settings(text):
    """{name: value} of pip's listing; the environment is stronger than [install], than [global]."""
    found = {}
    for section in ("global.", "install.", ":env:."):
        for line in text.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(section):
                found[name[len(section) :]] = str(ast.literal_eval(value))
    return found


def package_index(pip):
    """The index that pip will ask with these settings, or None if it is told to ask none."""
    if pip.get("no-index", "0").lower() not in ("0", "false", "no", "off", ""):
        return None
    return pip.get("index-url", PIPS_OWN)


def without_password(url):
    """The address as it may be shown and asked: name and password are for pip alone."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def opener(url, pip):
    """What opens an address with pip's proxy and certificates; a trusted host needs none."""
    trusted = pip.get("trusted-host", "").split()
    if urlsplit(url).hostname in [host.partition(":")[0] for host in trusted]:
        context = ssl._create_unverified_context()
    else:
        certificates = pip.get("cert") or os.environ.get("SSL_CERT_FILE")
        context = ssl.create_default_context(cafile=certificates)
    proxy = pip.get("proxy")
    proxies = ProxyHandler({"http": proxy, "https": proxy} if proxy else None)
    return build_opener(HTTPSHandler(context=context), proxies)


def answers(url, pip, timeout=20):
    """None if something answers at url, else the reason."""
    if url.startswith("file:"):
        folder = url2pathname(urlsplit(url).path)
        return None if os.path.exists(folder) else "there is no such folder"
    try:
        opener(url, pip).open(url, timeout=timeout).close()
    except HTTPError:
        return None  # it refuses this address, but it is there
    except (EnvironmentError, ValueError) as error:
        return getattr(error, "reason", error)
    return None


def network(pip, ask=answers):
    index = package_index(pip)
    if index is None:
        return None
    index = without_password(index)
    reason = ask(index, pip)
    if reason is None:
        return None
    return (
        "The package index {0} cannot be reached ({1}). The first run downloads packages: connect "
        "to the network, set HTTPS_PROXY if you are behind a proxy, or PIP_INDEX_URL if you have "
        "a mirror"
    ).format(index, reason)


def newest_python(version=sys.version_info):
    if tuple(version[:2]) <= NEWEST:
        return None
    return (
        "Python {0}.{1} is newer than the versions the pins were resolved for (3.10 to 3.14). If "
        "the installation fails, use one of these: make book PYTHON=python3.13"
    ).format(version[0], version[1])


def python_headers(folder=sysconfig.get_path("include")):
    if os.path.exists(os.path.join(folder or "", "Python.h")):
        return None
    return (
        "Python's headers (Python.h) are not installed. The book does not need them as long as "
        "every package has a ready-made wheel for this machine. If the installation stops with "
        "'Python.h: No such file or directory', or to use torch.compile: apt-get install "
        "python3-dev"
    )


def problems(folder):
    """What makes an installation impossible."""
    found = [python_version(), venv_modules(), disk_space(folder)]
    if not any(found):
        found.append(network(settings(listing())))
    return [sentence for sentence in found if sentence]


def remarks():
    """What may, but need not, go wrong."""
    return [sentence for sentence in (newest_python(), python_headers()) if sentence]


def main(folder="."):
    fatal = problems(os.path.abspath(folder))
    for sentence in fatal:
        sys.stderr.write("Cannot continue. {0}.\n".format(sentence))
    if not fatal:
        for sentence in remarks():
            sys.stdout.write("Note: {0}.\n".format(sentence))
    return 1 if fatal else 0


if __name__ == "__main__":
    sys.exit(main())
