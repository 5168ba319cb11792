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
        ('p::before{content:"}"}.b{x:1}.a{x:2}', 'p::before{content:"}"}.a{x:2}'),
        ('.a\\:b{x:1}[title=".b"]{x:2}', '[title=".b"]{x:2}'),
        ("@keyframes k{from{x:1}to{x:2}}", "@keyframes k{from{x:1}to{x:2}}"),
    ],
)
def test_purge_keeps_the_rules_that_can_match(css, kept):
    assert lighten.purge(css, {"a"}) == kept


def test_what_is_no_css_is_refused():
    with pytest.raises(ValueError, match="line 2 of a style sheet is no CSS"):
        lighten.purge(".a{x:1}\n.a", {"a"})
