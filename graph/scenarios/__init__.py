"""What-if scenarios: assumptions, the matter they make, figures before and after, and what is lost without some nodes.

`reading.read_scenario(path or dictionary)` and `reading.parse_assumption(line)` give a `Scenario` and its assumptions;
`changes.apply(matter, scenario)` another matter; `comparison.compare(matter, scenario, territories)` a `Comparison`;
`losses.without(matter, nodes)` what would be lost; `saved.saved(reader)` the scenarios of the graph. Saving and
deleting are writes: `ancrage.loaders.write.scenarios.save(writer, scenario, matter)`, `.save_run(writer, comparison)` and
`.delete(writer, name)`.
"""
