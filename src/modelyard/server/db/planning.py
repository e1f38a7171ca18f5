"""Settings of PostgreSQL's planner, for whom its choice is known better than its statistics tell."""

ALONG_INDEXES = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_memoize": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Finds rows by indexes, one table after the other, as is written."""

IN_ORDER = {"enable_sort": "off"}
"""Walks along an index in its order."""

AS_USUAL = dict.fromkeys([*ALONG_INDEXES, *IN_ORDER], "on") | {"plan_cache_mode": "auto"}
