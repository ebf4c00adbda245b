from . import test_configuration_file
