from . import cap_demo
