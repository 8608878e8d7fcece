"""What the cases of `make bench` share: read before each of them in `odoo shell`."""

import time

ENV = env


def say(what, measured, budget=""):
    print(f"BENCH {what:<58} {measured:>22}  {budget}", flush=True)


def count_queries(call):
    """Return (queries, seconds) of `call` with a cold record cache."""
    ENV.flush_all()
    ENV.invalidate_all()
    before, started = ENV.cr.sql_log_count, time.perf_counter()
    call()
    ENV.flush_all()
    return ENV.cr.sql_log_count - before, time.perf_counter() - started
