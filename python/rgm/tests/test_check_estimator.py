"""scikit-learn's own examination of the estimators: all of it, and none expected to fail."""

import pytest

import rgm


@pytest.mark.parametrize("estimator", [rgm.ImageClassifier, rgm.ImageModel])
def test_all_checks_pass(estimator):
    pytest.importorskip("sklearn")
    from sklearn.utils.estimator_checks import check_estimator

    results = check_estimator(estimator(n_jobs=1), on_fail=None, on_skip=None)
    assert len(results) > 30
    left_out = {r["check_name"]: str(r["exception"]) for r in results if r["status"] == "skipped"}
    # What scikit-learn itself leaves out: where SCIPY_ARRAY_API is not set, or pandas is not there.
    assert all("SCIPY_ARRAY_API" in why or "pandas" in why for why in left_out.values()), left_out
    assert {r["check_name"]: r["exception"] for r in results if r["status"] not in ("passed", "skipped")} == {}
