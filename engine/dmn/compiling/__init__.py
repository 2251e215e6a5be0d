"""From a drawn model to one that runs: boxed expressions as FEEL trees, tables, the graph."""
