from . import test_order_posting
from . import test_refund
from . import test_replay
from . import test_security
from . import test_identify
from . import test_two_companies
