from . import cap_demo
from . import cap_demo_deliveries
from . import cap_demo_consulting
