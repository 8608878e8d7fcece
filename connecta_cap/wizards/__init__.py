from . import cap_subscription_change_tier
