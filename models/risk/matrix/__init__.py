from . import recovery_debtor
