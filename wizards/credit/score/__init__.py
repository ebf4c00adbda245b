from . import recovery_external_import
