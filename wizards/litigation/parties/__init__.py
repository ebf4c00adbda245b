from . import recovery_court_import
