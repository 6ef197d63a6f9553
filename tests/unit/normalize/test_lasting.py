import pytest

from aggregator.normalize.lasting import lasting_asset, lasting_path, lasting_uid


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/static/js/main.8f3c2a1b.chunk.js", "/static/js/main.#.chunk.js"),
        ("/main.8f3c2a1b.js", "/main.#.js"),
        ("/assets/index-DkY3x9aB.js", "/assets/index-#.js"),
        ("/assets/index-D_kY-9aB.js", "/assets/index-#.js"),
        ("/assets/index-5WXO3D2H.css", "/assets/index-#.css"),
        ("/_next/static/chunks/4bd1b696-8f3c2a1b8f3c2a1b.js", "/_next/static/chunks/4bd1b696-#.js"),
        ("/packs/application-0c5d1e2f0c5d1e2f0c5d1e2f.js", "/packs/application-#.js"),
        ("/shops/1042/main.8f3c2a1b.js", "/shops/{}/main.#.js"),
        ("/(S(lit3py55t21z5v55vlm25s55))/main.8f3c2a1b.js", "/{}/main.#.js"),
    ],
)
def test_a_hash_in_the_name_of_a_file_does_not_last(path: str, expected: str) -> None:
    """Of several the last one is the content's; what the bundler or its user called the file stays."""
    assert lasting_asset(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/js/app.js",
        "/js/user-settings.js",
        "/js/react-DatePicker.min.js",
        "/js/jquery-3.6.0.min.js",
        "/assets/8f3c2a1b.js",
        "/assets/chunk-DkY3x9aB.js",
        "/orders/8f3c2a1b",
        "/",
    ],
)
def test_a_file_without_a_hash_or_a_name_is_no_asset_to_follow(path: str) -> None:
    """A hash alone, or a name that every file has, tells no two of them apart."""
    assert lasting_asset(path) == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/orders/01HV3K5Z8J9QW2R4T6Y8P0A1BC/lines", "/orders/{}/lines"),
        ("/customers/cus_NffrFeUfNV2Hib", "/customers/{}"),
        ("/bills/in_eu_NffrFeUfNV", "/bills/{}"),
        ("/orders/ORD-2024-0001", "/orders/{}"),
        ("/shop/(S(lit3py55t21z5v55vlm25s55))/cart", "/shop/{}/cart"),
        ("/orders/1042/INV_2024_07", "/orders/{}/{}"),
        ("/api/get_userProfileSettings", ""),
        ("/docs/chapter-1-2", ""),
        ("/orders/{}", ""),
        ("/orders/1042", ""),
        ("/", ""),
    ],
)
def test_ids_that_may_be_names_do_not_last(path: str, expected: str) -> None:
    """Empty where there are none but those that are placeholders in every path."""
    assert lasting_path(path) == expected


@pytest.mark.parametrize(
    ("kind", "uid", "expected"),
    [
        ("KubernetesPod", "shop/KubernetesPod/web-7d4b9c8f6-xk2lp", "shop/KubernetesPod/web"),
        ("Pod", "shop/Pod/web-admin-5c6f7d9b8-aaaaa", "shop/Pod/web-admin"),
        ("Pod", "kube-system/Pod/fluentd-x7k2p", "kube-system/Pod/fluentd"),
        ("Pod", "shop/Pod/backup-28512340-x7k2p", "shop/Pod/backup"),
        ("ReplicaSet", "shop/ReplicaSet/web-7d4b9c8f6", "shop/ReplicaSet/web"),
        ("Job", "shop/Job/backup-28512340", "shop/Job/backup"),
        ("Pod", "shop/Pod/web-0", ""),
        ("Pod", "kube-system/Pod/etcd-control-plane", ""),
        ("Deployment", "shop/Deployment/web-7d4b9c8f6", ""),
    ],
)
def test_what_kubernetes_adds_to_a_name_does_not_last(kind: str, uid: str, expected: str) -> None:
    """Of what is made again with each deployment; what keeps its name, keeps it."""
    assert lasting_uid("kubernetes", kind, uid) == expected


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        ("task-definition/web:41", "task-definition/web"),
        ("job-definition/nightly:3", "job-definition/nightly"),
        ("function:web:7", "function:web"),
        ("layer:common:12", "layer:common"),
        ("function:web", ""),
        ("db:12", ""),
    ],
)
def test_a_revision_does_not_last(uid: str, expected: str) -> None:
    """Of what AWS numbers through; elsewhere a number is a name."""
    here = "arn:aws:ecs:eu-west-1:111122223333:"
    assert lasting_uid("aws", "", here + uid) == (here + expected if expected else "")
    assert lasting_uid("azure", "Pod", "shop/Pod/web-7d4b9c8f6-xk2lp") == ""
