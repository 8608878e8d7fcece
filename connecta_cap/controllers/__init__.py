from . import portal_cover
from . import portal_tickets
