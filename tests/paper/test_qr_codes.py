"""Codes are level H, quiet around, exact, and read as what they were made of."""

import io
from xml.etree import ElementTree as ET

import pytest
import typst
import zxingcpp
from PIL import Image

from villages.paper import qr

ADDRESS = "https://www.nanle.gov.cn/v/12345678"
ADDRESSES = [ADDRESS, "https://www.nanle.gov.cn/msgk/v/98765432", "http://127.0.0.1:8000/v/12345678"]


def opened(png):
    return Image.open(io.BytesIO(png))


def read(image):
    (code,) = zxingcpp.read_barcodes(image)
    return code


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_drawn_code_reads_as_its_address(address):
    assert read(opened(qr.png(qr.matrix(address)))).text == address


def test_a_code_is_level_h():
    assert read(opened(qr.png(qr.matrix(ADDRESS)))).ec_level == "H"


def test_the_number_is_a_numeric_segment_and_so_saves_a_size():
    number_as_letters = ADDRESS[:-8] + "ABCDefgh"
    assert qr.matrix(ADDRESS).size == 33
    assert qr.matrix(number_as_letters).size == 37


def test_the_same_text_is_drawn_once():
    assert qr.matrix(ADDRESS) is qr.matrix(ADDRESS)


def test_a_matrix_is_square_and_holds_no_quiet_zone():
    matrix = qr.matrix(ADDRESS)
    assert {len(row) for row in matrix.modules} == {matrix.size}
    assert matrix.modules[0][:7] == b"\1\1\1\1\1\1\1"


@pytest.mark.parametrize("pixels", [1, 3, 10])
def test_a_png_has_one_bit_and_exactly_so_many_pixels_a_module(pixels):
    matrix = qr.matrix(ADDRESS)
    image = opened(qr.png(matrix, pixels_per_module=pixels))
    assert image.mode == "1"
    assert image.size == (pixels * (matrix.size + 8),) * 2
    for y, row in enumerate(matrix.modules):
        for x, dark in enumerate(row):
            left, top = (x + 4) * pixels, (y + 4) * pixels
            module = image.crop((left, top, left + pixels, top + pixels))
            assert set(module.tobytes("raw", "L") if pixels == 1 else module.convert("L").tobytes()) == {
                255 * (not dark)
            }


def test_a_png_has_four_white_modules_around():
    matrix = qr.matrix(ADDRESS)
    image = opened(qr.png(matrix, pixels_per_module=5)).convert("L")
    ink = image.point(lambda value: 255 - value).getbbox()
    assert ink == (20, 20, 20 + 5 * matrix.size, 20 + 5 * matrix.size)


def test_a_png_prints_as_wide_as_asked():
    image = opened(qr.png(qr.matrix(ADDRESS), width_mm=60))
    assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(60, abs=0.05)


def test_a_png_of_less_than_a_pixel_a_module_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        qr.png(qr.matrix(ADDRESS), pixels_per_module=0)


def test_an_svg_says_its_size_quiet_zone_included():
    matrix = qr.matrix(ADDRESS)
    drawing = ET.fromstring(qr.svg(matrix, width_mm=82.5))  # noqa: S314 - our own drawing
    assert (drawing.get("width"), drawing.get("height")) == ("82.5mm", "82.5mm")
    assert drawing.get("viewBox") == f"-4 -4 {matrix.size + 8} {matrix.size + 8}"
    assert [child.tag.rpartition("}")[2] for child in drawing] == ["rect", "path"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_svg_reads_as_its_address(address):
    drawing = qr.svg(qr.matrix(address), width_mm=50)
    page = b"#set page(width: 50mm, height: 50mm, margin: 0mm)\n#image(bytes(sys.inputs.svg), width: 50mm)"
    png = typst.compile(page, format="png", ppi=200, sys_inputs={"svg": drawing})
    assert read(opened(png)).text == address
