from django.test import Client as Browser
from chengnuo.ledger.clock import moved_to
from tests.hotline.world import NOW, a_call, a_promise, HOUR, a_missed_call, MINUTE, turn
def test_pages(cast):
    a_promise(cast, NOW-HOUR, now=NOW-3*HOUR); a_missed_call(cast, NOW-HOUR); turn(NOW)
    b=Browser(); b.force_login(cast.wanghaiyan)
    with moved_to(NOW,"test"):
        for u in ("compliance/","compliance/3.1.5/","promises/","calls/","fairness/","response/acknowledged/","response/kept/","duties/","calls/records/","promises/records/"):
            r=b.get("/reports/"+u); print(u, r.status_code)
