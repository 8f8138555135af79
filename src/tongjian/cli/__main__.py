"""`python -m tongjian.cli`: the same as `tongjian`."""

import sys

from tongjian.cli.main import main

sys.exit(main())
