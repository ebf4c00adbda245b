from . import controllers
from . import demo
from . import models
from . import reports
from . import wizards
from .hooks import post_init_hook, uninstall_hook
from .models.common.shapes import look_first

look_first(__name__)
