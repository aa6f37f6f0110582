"""Charts: a report goes in, a plotly figure comes out.

In: `vibes.stats.results.Report` and a label of the run. Out: for each chart an info value (title sentence, rows,
footer, hover sentences, all worded and formatted), a figure drawn from it, and the table that stands under it;
`card.py` joins the three for a page, `summary.py` says them as text, `report_page.py` writes report.html.

Never: computes a statistic, reads a database, imports Django, or shows a number without its n and its run.
Text that comes from data (model names above all) is hostile here: it is escaped where it enters a figure or a page.
"""
