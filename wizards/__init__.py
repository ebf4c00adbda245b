from . import recovery_aged_balance
from . import recovery_assignment_wizard
from . import recovery_call_wizard
from . import recovery_contact_wizard
from . import recovery_delivery_log
from . import recovery_hold_wizard
from . import recovery_reason_wizard
from . import recovery_send_wizard
