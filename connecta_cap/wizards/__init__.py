from . import cap_delivery_settle
from . import cap_subscription_change_tier
from . import cap_subscription_cover_on
