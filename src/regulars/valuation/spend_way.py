"""The ways to tell what a customer spends, between which the back-test chooses.

From the repeat purchase days; from all days, the first included; or from all days and how often the customer buys.
"""

from __future__ import annotations

from typing import Final, Literal

SpendWay = Literal["repeat", "all", "all by rate"]

REPEAT: Final = "repeat"
ALL: Final = "all"
BY_RATE: Final = "all by rate"

IN_WORDS: dict[SpendWay, str] = {
    REPEAT: "",
    ALL: ", spend on all days",
    BY_RATE: ", spend on all days and by purchase rate",
}
