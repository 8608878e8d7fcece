from . import cap_demo
from . import cap_demo_deliveries
