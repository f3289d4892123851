from __future__ import annotations

from pathlib import Path

import pytest

from regulars.errors import InputError
from regulars.sources.addresses import Address, address_of, is_address


def test_a_path_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_address("orders.csv")
    assert not is_address(Path("sqlite:///shop.db"))
    assert is_address("sqlite:///shop.db")
    (tmp_path / "sqlite:").mkdir()
    (tmp_path / "sqlite:" / "shop.db").touch()
    assert not is_address("sqlite:///shop.db")


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_three_slashes_are_relative_and_four_absolute(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a shop?.db").touch()
    assert address_of(f"{kind}:///a shop?.db").path == Path("a shop?.db")
    assert address_of(f"{kind}:///{tmp_path}/a shop?.db").path == tmp_path / "a shop?.db"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sqlite://shop.db", "with a fourth slash where the path is absolute"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("duckdb:///no/such.duckdb", "there is no file 'no/such.duckdb' to read as a duckdb database"),
        ("s3://bucket/orders.parquet", "orders are not read from s3:// addresses; give a file, a folder or a database"),
        ("mysql://shop:secret@host/shop", "orders are not read from mysql:// addresses"),
    ],
)
def test_an_address_that_leads_nowhere_is_answered(given: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        address_of(given)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("login", ["shop:s%zz", "shop:sec@ret", "shop:sec/ret", "shop:sec?ret", "shop:a b"])
def test_a_password_that_the_library_would_show_is_refused(login: str) -> None:
    with pytest.raises(InputError, match="must be written as a code there, such as %40 for @") as refused:
        address_of(f"postgresql://{login}@host/shop")
    assert "sec" not in str(refused.value)
    assert "%zz" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("postgresql://shop:secret@host:5432/orders", "postgresql://shop@host:5432/orders"),
        ("postgres://host", "postgresql://host"),
        ("postgresql+psycopg://shop:se%40cret:x@a,b/orders?sslmode=require", "postgresql://shop@a,b/orders"),
        ("postgresql:///orders?user=shop@server&password=secret", "postgresql:///orders"),
        ("postgresql://shop:se#cret@[::1]/orders", "postgresql://shop@[::1]/orders"),
    ],
)
def test_the_name_of_a_server_holds_no_password(given: str, name: str) -> None:
    assert address_of(given).name == name


def test_the_password_is_hidden_in_every_form() -> None:
    address = Address("postgresql", "shop:s%40b@host/orders?sslpassword=other")
    assert address.without_secrets("s%40b s@b other shop") == "*** *** *** shop"
