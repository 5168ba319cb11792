"""Drawings that one chapter alone needs."""

READING_ORDER = (
    "draw_ch00",
    "draw_ch01",
    "draw_ch02",
    "draw_ch03",
    "draw_ch05",
    "draw_ch06",
    "draw_ch07",
    "draw_ch08",
    "draw_ch09",
    "draw_ch10",
    "draw_ch11",
    "draw_ch12",
    "draw_ch13",
    "draw_ch14",
    "draw_ch15",
    "draw_ch16",
    "draw_ch17",
    "draw_ch18",
    "draw_ch19",
    "draw_ch22",
)
