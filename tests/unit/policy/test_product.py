"""Tests of :mod:`aggregator.policy.product`."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.model.errors import UsageError
from aggregator.model.place import Place
from aggregator.policy import read_policy
from aggregator.policy.product import ProductRule

CODE = Place("Semgrep", "src", path="shop/app.py")
CLOUD = Place("Prowler", "aws:1234", account="1234")
WEB = Place("ZAP", "shop.example", host="shop.example")
IMAGE = Place("Trivy", "octo/shop:1", image="octo/shop")


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"paths": ["shop/"]}, {CODE}),
        ({"paths": ["lib/", "**/app.py"]}, {CODE}),
        ({"paths": ["**"]}, {CODE}),
        ({"accounts": ["12*"]}, {CLOUD}),
        ({"hosts": ["*.example"]}, {WEB}),
        ({"images": ["octo/*"]}, {IMAGE}),
        ({"scopes": ["shop.example", "src"]}, {CODE, WEB}),
        ({"tools": ["prowler", "zap"]}, {CLOUD, WEB}),
        ({"paths": ["shop/"], "accounts": ["*"], "hosts": ["*"]}, {CODE, CLOUD, WEB}),
        ({"paths": ["shop/"], "tools": ["trivy"]}, set()),
        ({"paths": ["shop/"], "accounts": ["1234"], "tools": ["Prowler"]}, {CLOUD}),
    ],
)
def test_what_one_list_names_is_in_it(said: dict[str, Any], held: set[Place]) -> None:
    """A product holds what any of its lists names; its tools narrow the other lists, and alone they are enough."""
    rule = ProductRule.model_validate({"name": "shop"} | said)
    assert {place for place in (CODE, CLOUD, WEB, IMAGE) if rule.holds(place)} == held


def test_a_product_says_what_is_in_it() -> None:
    """A product without any list is a mistake, named with its line."""
    with pytest.raises(UsageError) as caught:
        read_policy("products:\n  - name: shop\n", "onefold.yml")
    assert "onefold.yml:2: products[0] needs one of: paths, accounts, hosts, images, scopes, tools" in str(caught.value)
