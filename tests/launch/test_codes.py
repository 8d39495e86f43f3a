"""`chengnuo code`: the demo company's way in, from the list that was printed."""

import pytest

from chengnuo import cli
from chengnuo.launch import codes

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PRINTED = f"""Sign in with the password chengnuo-2026 as
  zhoumin      周敏，客户服务人员，苏州
  admin        系统管理员，系统管理员
These need a code too
  admin        {SECRET} otpauth://totp/admin?secret={SECRET}&issuer=Chengnuo"""


@pytest.mark.parametrize("seconds, said", [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_codes_are_those_of_the_standard(tmp_path, seconds, said):
    (tmp_path / codes.SIGN_INS).write_text(PRINTED)
    assert codes.at(tmp_path, seconds) == {"admin": said}


def test_without_a_demo_company_there_are_none(tmp_path):
    assert codes.at(tmp_path, 59) == {}


def test_the_command_prints_one_and_refuses_for_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHENGNUO_DATA", str(tmp_path))
    assert cli.main(["code", "admin"]) == 1
    assert "nobody" in capsys.readouterr().err
    (tmp_path / codes.SIGN_INS).write_text(PRINTED)
    assert cli.main(["code", "zhoumin"]) == 1
    assert cli.main(["code", "admin"]) == 0
    assert len(capsys.readouterr().out.strip()) == 6
