from . import const, controllers, models, tools, wizards
