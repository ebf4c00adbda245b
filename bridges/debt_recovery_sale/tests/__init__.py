from . import test_orders
from . import test_credit_control
from . import test_tour
from . import test_refusal_ways
from . import test_own_customers
