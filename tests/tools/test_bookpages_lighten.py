"""The style sheets keep the rules that a page can use, and no other."""

import pytest
from bookpages import lighten


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a{x:1}.b{x:2}", ".a{x:1}"),
        (".b,.a:hover,p{x:1}", ".a:hover,p{x:1}"),
        ("@media (x){.b{x:1}.a{y:2}}", "@media (x){.a{y:2}}"),
        ("@media (x){.b{x:1}}", ""),
        ("p:not(.b){x:1}", "p:not(.b){x:1}"),
        (":is(.a,.b) p,.b p{x:1}", ":is(.a,.b) p{x:1}"),
        ('@charset "u";.a{x:1}', '@charset "u";.a{x:1}'),
        ("@font-face{font-family:Font Awesome}.a{x:1}", ".a{x:1}"),
        ("/* .a{ */.a{x:1}", ".a{x:1}"),
        ("@keyframes k{from{x:1}to{x:2}}", "@keyframes k{from{x:1}to{x:2}}"),
    ],
)
def test_purge_keeps_the_rules_that_can_match(css, kept):
    assert lighten.purge(css, {"a"}) == kept
