"""Two people of one branch and one of another, for what the kit does whatever the feature."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from chengnuo.people.models import Staff, Token
from chengnuo.people.tokens import hashed

NOW = datetime(2026, 9, 28, 6, 36, tzinfo=UTC)


@pytest.fixture
def zhou(cast) -> Staff:
    return cast.zhoumin


@pytest.fixture
def xu(cast) -> Staff:
    return cast.xuning


@pytest.fixture
def far(cast) -> Staff:
    return cast.mengchuan


@pytest.fixture
def page(zhou) -> Client:
    client = Client()
    client.force_login(zhou)
    return client


@pytest.fixture
def token(zhou) -> str:
    expires_at = datetime.now(UTC) + timedelta(days=1)
    Token.objects.create(staff=zhou, name="测试", hash=hashed("cn_test"), scopes=["write"], expires_at=expires_at)
    return "cn_test"
