from . import test_solvency_file
