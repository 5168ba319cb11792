"""A teacher's own file of tasks, as `--tasks` takes it: no torch is needed in the sandbox."""

from dlcore.grade.task import Symptom, Task

TASKS = [
    Task(
        id="99.1",
        title="Twice",
        points=1,
        function="double",
        statement="Return twice `x`.",
        generate=lambda rng, case: (float(rng.normal()) if case else 0.0,),
        oracle=lambda x: 2 * x,
        symptoms=[Symptom("You squared it.", mimics=lambda x: x * x)],
        cases=3,
    ),
    Task(
        id="99.2",
        title="Total",
        points=2,
        function="total",
        statement="Return the sum of `values`.",
        generate=lambda rng, case: ([float(value) for value in rng.normal(size=case)],),
        oracle=lambda values: sum(values),
        symptoms=[Symptom("It fails on no values.", when=lambda a, e, values: not values)],
        cases=4,
    ),
]
