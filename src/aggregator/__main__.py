"""``python -m aggregator`` is ``onefold``."""

import sys

from aggregator.cli import main

sys.exit(main())
