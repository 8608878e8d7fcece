from . import portal_change
from . import portal_cover
from . import portal_fair_use
from . import portal_library
from . import portal_tickets
from . import portal_reports
from . import portal_workshop
