"""Charts as SVG that stands in the page itself: classes only, no style, no script.

Each chart is drawn twice, for wide and for narrow screens, so that its letters keep
their size; the style sheet shows one of the two.  A table with the same figures
always stands beside a chart.
"""
