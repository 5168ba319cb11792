"""Exercises: checked where the learner works, and graded safely for a class."""

from dlcore.grade.check import check
from dlcore.grade.plain import Formula
from dlcore.grade.progress import progress
from dlcore.grade.registry import use_tasks
from dlcore.grade.task import Guess, Symptom, Task

READING_ORDER = (
    "plain",
    "task",
    "registry",
    "compare",
    "show",
    "diagnose",
    "verdict",
    "progress",
    "check",
    "rehearsal",
    "quiet",
    "cells",
    "shell",
    "inside",
    "seccomp",
    "watch",
    "sandbox",
    "interview",
    "submission",
    "judging",
    "marking",
    "classroom",
    "report",
    "class_page",
    "export",
    "cli",
)

__all__ = ["READING_ORDER", "Formula", "Guess", "Symptom", "Task", "check", "progress", "use_tasks"]
