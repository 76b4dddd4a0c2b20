import pytest

from dashboard.figures.panels import place_panels, rows_of


@pytest.mark.parametrize(("panels", "rows"), [(1, 1), (2, 1), (3, 2), (6, 2)])
def test_more_than_two_panels_stand_in_two_rows(panels, rows):
    assert rows_of(panels) == rows
    assert len({place.y for place in place_panels(panels)}) == rows


@pytest.mark.parametrize("panels", range(1, 7))
def test_panels_do_not_overlap_and_fill_the_figure(panels):
    places = list(place_panels(panels))
    assert len(places) == panels
    for one in places:
        for other in places:
            apart = one.x[1] <= other.x[0] or other.x[1] <= one.x[0]
            above = one.y[1] <= other.y[0] or other.y[1] <= one.y[0]
            assert one is other or apart or above
    assert min(place.y[0] for place in places) == pytest.approx(0)
    assert max(place.x[1] for place in places) == pytest.approx(1)


def test_only_the_lowest_panel_of_a_column_names_its_axis():
    lowest = [place.lowest for place in place_panels(5)]
    assert lowest == [False, False, True, True, True]
