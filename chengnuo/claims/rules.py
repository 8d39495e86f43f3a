"""What is owed on a fresh claim; the rest of its chapter's rules stand here once it is built."""

from django.utils.translation import gettext_lazy

from chengnuo.clients.cases import TITLE_TAKE_ON, owes_taking_on
from chengnuo.ledger.obligations import Act

from .models import Claim

owes_taking_on(Claim, TITLE_TAKE_ON, Act(gettext_lazy("登记报案"), "claims:take_on"))
