"""
Employees: near in what they do, and paid alike?
================================================

``combine`` is an expression over groups. "&" asks for nearness in both, "|" in one of them, and "-"
for nearness in the first and distance in the second.
"""

from matplotlib import pyplot as plt

import frameumap

employees = frameumap.datasets.make_employees(1200)
schema = {
    ("title", "department"): frameumap.group(metric="hamming_balanced", name="job"),
    "skills": "set",
    ("salary", "grade"): frameumap.group(metric="gower", name="pay"),
}
figure, axes = plt.subplots(1, 3, figsize=(14, 4.2), layout="constrained")
for ax, combine in zip(axes, ("(job | skills) & pay", "job | skills", "pay"), strict=True):
    model = frameumap.FrameUMAP(schema, combine=combine).fit(employees)
    model.plot(employees["career"], ax=ax, title=combine)
