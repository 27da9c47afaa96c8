"""The shape of real payment behaviour, as aggregate shares measured on the real portfolio of 30,000 accounts.

Source: I-Cheng Yeh (2009), Default of Credit Card Clients, doi:10.24432/C55S3H, CC BY 4.0; shares of accounts in
permille, months April to September 2005. Only shares are kept here, no account.

Past due there at the month ends of May to October, percent of accounts: 10.2, 9.7, 11.4, 13.6, 14.5, 17.1;
at the end of October by days past due: 11 days 10.2, 41 days 5.6, 72 days and more 1.3.
"""

from __future__ import annotations

START = {0: 897, 2: 92, 3: 6, 4: 2, 5: 1, 7: 2}
"""Months late in the first month → accounts."""

EARLY: dict[int, dict[int, int]] = {
    3: {0: 145, 2: 377, 3: 190, 4: 288},
    4: {0: 39, 2: 271, 3: 71, 4: 349, 5: 270},
    5: {0: 35, 2: 209, 3: 70, 4: 93, 5: 140, 6: 453},
    6: {0: 39, 2: 98, 3: 20, 4: 20, 5: 39, 6: 78, 7: 706},
    7: {2: 296, 3: 11, 6: 5, 7: 667, 8: 21},
    8: {2: 375, 4: 125, 7: 125, 8: 375},
}
"""Three months late and more: months late → those of the next month, all months together (few accounts)."""

ROLLS: tuple[dict[int, dict[int, int]], ...] = (
    {0: {0: 968, 1: 32}, 1: {0: 463, 2: 537}, 2: {0: 336, 2: 616, 3: 48}},
    {0: {0: 954, 1: 46}, 1: {0: 463, 2: 537}, 2: {0: 164, 1: 1, 2: 789, 3: 46}},
    {0: {0: 939, 1: 61}, 1: {0: 447, 1: 2, 2: 551}, 2: {0: 175, 2: 754, 3: 71}},
    {0: {0: 942, 1: 58}, 1: {0: 499, 1: 2, 2: 499}, 2: {0: 191, 1: 1, 2: 720, 3: 88}},
    {0: {0: 889, 1: 111}, 1: {0: 164, 1: 569, 2: 267}, 2: {0: 70, 1: 343, 2: 490, 3: 97}},
)
"""Months late → those of the next month, for each of the five months after the first."""

EDGES = (
    *(-10_000, -1, 0, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 20_000, 30_000, 50_000, 75_000, 100_000),
    *(150_000, 200_000, 300_000, 500_000, 1_000_000),
)
"""Upper ends of the balance bands, in whole TWD."""

NOT_LATE: tuple[tuple[int, ...], ...] = (
    (1, 25, 174, 187, 221, 258, 315, 366, 448, 501, 576, 669, 764, 833, 884, 942, 973, 993, 999, 1000),
    (1, 24, 152, 164, 198, 235, 293, 345, 428, 483, 562, 659, 756, 827, 880, 940, 971, 992, 999, 1000),
    (1, 25, 142, 152, 184, 219, 274, 325, 407, 462, 536, 631, 736, 813, 867, 930, 965, 989, 999, 1000),
    (1, 24, 132, 143, 177, 208, 261, 315, 393, 444, 510, 593, 708, 794, 852, 919, 956, 986, 999, 1000),
    (0, 25, 121, 133, 167, 197, 254, 312, 389, 441, 500, 578, 695, 783, 843, 913, 952, 985, 999, 1000),
    (0, 9, 39, 52, 91, 128, 196, 264, 352, 409, 470, 548, 670, 762, 826, 903, 945, 983, 999, 1000),
)
"""Statement balances of accounts not late: accounts at or below each edge, by month."""

_NEWLY_LATE = (1, 19, 68, 89, 125, 157, 199, 243, 328, 397, 497, 614, 741, 823, 883, 940, 972, 990, 999, 1000)
_NEWLY_LATE_LAST = (2, 133, 597, 605, 624, 639, 663, 678, 707, 726, 758, 797, 852, 895, 929, 958, 975, 989, 998, 1000)
NEWLY_LATE: tuple[tuple[int, ...], ...] = (*(_NEWLY_LATE,) * 5, _NEWLY_LATE_LAST)
"""The same of accounts late that were not in the month before; in the last month most of them owe nothing."""

_LATE_ON = (0, 1, 2, 15, 28, 45, 106, 130, 193, 257, 357, 503, 672, 784, 855, 931, 967, 990, 999, 1000)
_LATE_ON_LAST = (0, 0, 0, 6, 12, 17, 64, 93, 177, 240, 343, 479, 638, 759, 832, 910, 955, 985, 997, 1000)
LATE_ON: tuple[tuple[int, ...], ...] = (*(_LATE_ON,) * 5, _LATE_ON_LAST)
"""The same of accounts late that were late before."""

PERSISTENCE = 0.92
"""Correlation of an account's place among the balances from month to month (ranks: 0.90 to 0.91)."""

PAID_IN_FULL, PAID_NOTHING = 0.29, {0: 0.018, 1: 0.78, 2: 0.40}
"""Share that pays its statement in full when not late; share that pays nothing, by months late (2: and more)."""

PART_PAID: dict[int, tuple[float, ...]] = {
    0: (0.02, 0.034, 0.037, 0.039, 0.044, 0.05, 0.06, 0.081, 0.123, 0.25, 0.9),
    1: (0.0, 0.0, 0.0, 0.001, 0.003, 0.01, 0.031, 0.042, 0.061, 0.117, 0.5),
    2: (0.0, 0.033, 0.037, 0.041, 0.045, 0.054, 0.072, 0.083, 0.105, 0.16, 0.73),
}
"""Deciles of the part of the statement balance that the others pay, by months late."""
