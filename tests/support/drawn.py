"""Reading a picture's SVG: all its words lie on it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: Any) -> ElementTree.Element:
    """A picture's SVG, read; every text element lies inside the part that it belongs to."""
    root = ElementTree.fromstring(picture.svg)
    for part in root.iter(f"{SVG}svg"):
        left, top, wide, high = map(float, part.attrib["viewBox"].split())
        for one in part.iter(f"{SVG}text"):
            x, y = float(one.attrib["x"]) - left, float(one.attrib["y"]) - top
            assert 0 <= x <= wide, one.text
            assert 0 < y <= high, one.text
            if one.attrib.get("text-anchor") != "middle":  # a letter is half as wide as high
                size = float(one.attrib["font-size"])
                assert x + 0.5 * size * len(one.text or "") < wide, one.text
    return root
