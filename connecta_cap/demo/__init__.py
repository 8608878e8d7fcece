from . import cap_demo
from . import cap_demo_audits
from . import cap_demo_training
from . import cap_demo_consulting
from . import cap_demo_health
from . import cap_demo_health_checks
