from . import const, controllers, demo, models, tools, wizards
