from . import recovery_agreement_wizard
from . import recovery_promise_wizard
from . import recovery_payment_plan_wizard
from . import recovery_plan_sign_wizard
from . import recovery_dispute_wizard
from . import recovery_dispute_resolve_wizard
from . import recovery_settlement_wizard
