"""One policy for what may come in with templates, Word and Excel alike (docs/安全.md)."""

from __future__ import annotations

from generator.formats.safety.template import Admitted, admit

__all__ = ["Admitted", "admit"]
