from . import recovery_deadline_rule
from . import recovery_deadline_alert
from . import recovery_deadline
from . import recovery_deadline_watch
from . import recovery_procedure
from . import recovery_case
from . import recovery_chronology
from . import res_users
