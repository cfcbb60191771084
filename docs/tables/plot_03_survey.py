"""
A survey: answers on scales of five
===================================

Grades keep their order without becoming numbers: "rather" is nearer to "fully" than "not at all"
is. Gaps stay gaps; a pair of people is compared over the questions that both answered.
"""

import frameumap

survey = frameumap.datasets.make_survey(1200)
model = frameumap.FrameUMAP().fit(survey.drop(columns="attitude"))
model.plot(survey["attitude"])

# %%
# One panel for each of the columns that shaped the map most:

model.small_multiples()
