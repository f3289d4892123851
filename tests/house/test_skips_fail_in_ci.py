from __future__ import annotations

from pathlib import Path

import pytest

FILE_WITH_SKIPS = """
    import pytest

    def test_passes():
        pass

    def test_asks_for_too_little():
        pytest.skip("slow")

    @pytest.mark.skip(reason="waits for better days")
    def test_marked():
        pass

    @pytest.mark.skip
    def test_without_a_reason():
        pass

    def test_names_what_is_missing():
        pytest.skip("platform: no Windows here")

    @pytest.mark.xfail(strict=True)
    def test_known_to_fail():
        assert False
"""


@pytest.fixture
def project(pytester: pytest.Pytester, root: Path) -> pytest.Pytester:
    pytester.makeconftest((root / "conftest.py").read_text())
    pytester.makepyfile(FILE_WITH_SKIPS)
    return pytester


def test_in_ci_a_skip_without_a_missing_platform_fails(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = project.runpytest()
    result.assert_outcomes(passed=1, failed=1, errors=2, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines(["*skipped: slow*", "*skipped: waits for better days*"])


def test_elsewhere_a_skip_is_a_skip(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    project.runpytest().assert_outcomes(passed=1, skipped=4, xfailed=1)


@pytest.mark.parametrize(("reason", "errors"), [("needs a moon", 1), ("platform: no moon here", 0)])
def test_in_ci_a_file_that_skips_itself_fails(
    pytester: pytest.Pytester, root: Path, monkeypatch: pytest.MonkeyPatch, reason: str, errors: int
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest((root / "conftest.py").read_text())
    pytester.makepyfile(f"import pytest\npytest.skip({reason!r}, allow_module_level=True)")
    pytester.runpytest().assert_outcomes(errors=errors, skipped=1 - errors)


def test_in_ci_a_missing_import_fails(pytester: pytest.Pytester, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest((root / "conftest.py").read_text())
    pytester.makepyfile("import pytest\npytest.importorskip('no_such_package')")
    pytester.runpytest().assert_outcomes(errors=1)


def test_in_ci_an_example_that_is_skipped_fails(
    pytester: pytest.Pytester, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest((root / "conftest.py").read_text())
    pytester.makepyfile(example='"""\n>>> 1 + 1  # doctest: +SKIP\n3\n"""\n')
    pytester.runpytest("--doctest-modules").assert_outcomes(failed=1)
