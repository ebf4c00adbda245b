from . import test_agreement_math
from . import test_dispute_settlement
from . import test_payment_plan
from . import test_promise
