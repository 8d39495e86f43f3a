from chengnuo.ledger.check import check


def test_the_cast_is_made_by_actions_so_the_check_finds_nothing(cast):
    findings, _events = check()
    assert list(findings) == []
