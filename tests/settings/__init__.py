from . import test_configuration_file
from . import test_settings_screen
from . import test_setup
