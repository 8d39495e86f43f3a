"""What is owed on a fresh complaint; the rest of its chapter's rules stand here once it is built."""

from django.utils.translation import gettext_lazy

from chengnuo.clients.cases import TITLE_TAKE_ON, owes_taking_on
from chengnuo.ledger.obligations import Act

from .models import Complaint

owes_taking_on(Complaint, TITLE_TAKE_ON, Act(gettext_lazy("登记受理"), "complaints:take_on"))
