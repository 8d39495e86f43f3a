"""What is owed on a fresh visit; the rest of its chapter's rules stand here once it is built."""

from django.utils.translation import gettext_lazy

from chengnuo.clients.cases import TITLE_TAKE_ON, owes_taking_on
from chengnuo.ledger.obligations import Act

from .models import Visit

owes_taking_on(Visit, TITLE_TAKE_ON, Act(gettext_lazy("与客户约定"), "visits:take_on"))
