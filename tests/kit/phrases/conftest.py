"""Phrases of every scope, as Suzhou's people have them."""

from typing import Any

import pytest

from chengnuo.kit.models import Phrase
from chengnuo.kit.phrases.actions import add_phrase
from tests.cast import Cast
from tests.hotline.world import do


def a_phrase(cast: Cast, title: str = "已收到", **more: Any) -> Phrase:
    """Zhou Min's own, unless told otherwise."""
    return do(add_phrase, **{"title": title, "text": f"{title}，谢谢", "by": cast.zhoumin, **more})


@pytest.fixture
def own(cast: Cast) -> Phrase:
    return a_phrase(cast, "自己的")


@pytest.fixture
def of_suzhou(cast: Cast) -> Phrase:
    return a_phrase(cast, "苏州的", scope="unit", unit=cast.su, by=cast.xuning)


@pytest.fixture
def of_all(cast: Cast) -> Phrase:
    return a_phrase(cast, "公司的", scope="company", by=cast.wanghaiyan)
