"""Written proposals of a branch to headquarters: drafted, submitted, weighed by the centre, decided by an executive in
full or in part, carried out, reported. Support requests and annual plans are such (3.2.8, 3.2.9, 3.5.10).

A room brings its table (`models.Proposal`), what its paper must say, and one `acts.Proposals`; it keeps its own pages.
"""
