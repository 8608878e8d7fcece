"""Pure functions of the program: no `odoo` import, no clock; aware datetimes only."""

from . import clock, explain, months, periods, schedule, worktime
from . import frozen_terms, proration
from . import what_if
from . import advice
from . import ledger
from . import localtime
from . import reminders, terms
from . import links
from . import clean
from . import health_errors
from . import health_report
from . import health_state
from . import health_score
from . import health_spans
from . import health_chart
