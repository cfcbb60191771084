"""The notebook runs from its first cell to its last; its page survives export to HTML, without a
kernel and without a network."""

import pytest
from browser import opened
from frames import ROOT

NOTEBOOK = ROOT / "examples/segments.ipynb"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The notebook, run, and its HTML."""
    nbformat = pytest.importorskip("nbformat", reason="pip install 'frameumap[notebook]'")
    nbclient = pytest.importorskip("nbclient")
    nbconvert = pytest.importorskip("nbconvert")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    exporter = nbconvert.HTMLExporter(
        template_name="basic", mathjax_url="", require_js_url="", jquery_url=""
    )
    path = tmp_path_factory.mktemp("notebook") / "segments.html"
    path.write_text(f"<!doctype html>{exporter.from_notebook_node(notebook)[0]}", "utf-8")
    return notebook, path


def shown_types(notebook, code):
    """Types of what the cell with `code` shows."""
    cell = next(c for c in notebook.cells if c.cell_type == "code" and code in c.source)
    return {type_ for output in cell.outputs for type_ in output.get("data", {})}


def test_every_cell_runs_and_shows_itself(exported):
    notebook, _ = exported
    for code in ("schema\n", "fit(df)", "model.cluster()", "describe(", "compare(", "to_html("):
        found = next(
            c for c in notebook.cells if c.cell_type == "code" and code.strip() in c.source
        )
        assert "text/html" in shown_types(notebook, found.source), code
    for code in ("model.plot(", "small_multiples("):
        assert "image/png" in shown_types(notebook, code)
    said = [o for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert all("it/s" in o.text or "%|" in o.text for o in said), said  # progress and nothing else


def test_the_page_in_the_export_is_drawn_without_kernel_and_network(exported):
    _, path = exported
    with opened(path, ready=False) as seen:
        frame = seen.page.frame_locator("iframe[srcdoc]")
        frame.locator("html[data-ready=yes]").wait_for(state="attached")
        frame.locator("#tab-segments").click()
        frame.locator("#panel .card").first.wait_for()
        assert [r for r in seen.requests if not r.startswith(("data:", "blob:", "about:"))] == []
        assert seen.errors == []
