"""调解协议仲裁审查申请书: both sides ask the arbitration body to review a labour agreement, within 15 days of effect.

劳动人事争议仲裁办案规则 74. It asks as the application to the court does, in words of its own.
"""

from __future__ import annotations

from desktop.printing.casefile.confirmation_application import render

__all__ = ["render"]
"""Return the application with its list of materials as PDF; raises as `drawn` does."""
