"""`python -m dlcore.grade`."""

import sys

from dlcore.grade.cli import main

sys.exit(main())
