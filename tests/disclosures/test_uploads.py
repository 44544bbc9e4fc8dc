"""What may be stored as an attachment, and what becomes of it before."""

import io
import re
import zipfile

import pytest
from PIL import Image

from tests.disclosures.gate_corpus import make
from tests.disclosures.paperwork import pdf, photo, picture, pixel_bomb, saved, word, workbook, zip_bomb
from villages.core.files import digest_of
from villages.core.refusal import Refusal
from villages.disclosures.uploads import MOST_BYTES, read_upload

OFFICE = "application/vnd.openxmlformats-officedocument"


def opened(upload):
    return Image.open(io.BytesIO(upload.data))


def test_a_photograph_loses_the_place_and_stands_upright():
    upload = read_upload(photo(), "会议.JPG")
    image = opened(upload)
    assert Image.open(io.BytesIO(photo())).getexif().get_ifd(0x8825), "the camera noted the place"
    assert (upload.name, upload.media_type, image.format) == ("会议.jpg", "image/jpeg", "JPEG")
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    for trace in (b"Exif", "示例相机".encode(), b"36.0712", b"http://ns.adobe.com"):
        assert trace not in upload.data
    assert (upload.width, upload.height) == image.size == (300, 400)
    # Turned right, what was left is above.
    assert image.getpixel((150, 50))[0] > 200
    assert image.getpixel((150, 350))[2] > 200


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1600, 1), (1, 5000), (1601, 20)])
def test_a_large_picture_becomes_at_most_1600_pixels(size):
    upload = read_upload(picture("JPEG", *size), "大.jpg")
    assert max(upload.width, upload.height) == 1600
    assert opened(upload).size == (upload.width, upload.height)


@pytest.mark.parametrize(
    ("form", "ending"), [("JPEG", "jpg"), ("MPO", "jpg"), ("PNG", "png"), ("GIF", "jpg"), ("WEBP", "jpg")]
)
def test_pictures_become_what_every_phone_shows(form, ending):
    upload = read_upload(picture(form), "图.bmp")
    assert upload.name == f"图.{ending}"
    assert opened(upload).format == {"jpg": "JPEG", "png": "PNG"}[ending]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_pictures_of_every_kind_of_colour_are_read(mode):
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    image = Image.new(mode, (30, 20), 40_000 if mode == "I;16" else 1 if mode == "1" else None)
    upload = read_upload(saved(image, format=form), "图.png")
    shown = opened(upload)
    assert shown.size == (30, 20)
    assert ("A" in shown.mode) == ("A" in mode)
    if mode == "I;16":
        assert shown.getpixel((3, 3)) == 156


def test_of_a_moving_picture_the_first_is_kept():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    upload = read_upload(saved(frames[0], format="GIF", save_all=True, append_images=frames[1:]), "动.gif")
    assert getattr(opened(upload), "n_frames", 1) == 1
    assert opened(upload).convert("RGB").getpixel((20, 20))[0] > 200


@pytest.mark.parametrize(
    ("data", "name", "stored", "media_type"),
    [
        (pdf("甲"), "通知.docx", "通知.pdf", "application/pdf"),
        (
            word("甲"),
            "通知.exe",
            "通知.docx",
            f"{OFFICE}.wordprocessingml.document",
        ),
        (workbook(["甲"]), "表", "表.xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        ("甲,乙".encode("gb18030"), "表.CSV", "表.csv", "text/csv"),
        ("<script>甲</script>".encode(), "页.html", "页.txt", "text/plain"),
        (picture("PNG"), "a.pdf.exe", "a.png", "image/png"),
    ],
    ids=range(6),
)
def test_the_type_is_known_by_content_and_the_ending_made_to_fit(data, name, stored, media_type):
    upload = read_upload(data, name)
    assert (upload.name, upload.media_type) == (stored, media_type)
    assert upload.digest == digest_of(upload.data)


def test_text_is_stored_in_one_encoding():
    text = "姓名,金额\n张三,5\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert read_upload(text.encode(encoding), "表.csv").data == f"\ufeff{text}".encode()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("../../etc/通知.pdf", "通知.pdf"),
        ("C:\\Users\\a\\通知.pdf", "通知.pdf"),
        ("..", "附件.pdf"),
        ("", "附件.pdf"),
        (".pdf", "附件.pdf"),
        ("/", "附件.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("通知\u202efdp.exe", "通知fdp.pdf"),
        ("通\u200b知\ufeff.pdf", "通知.pdf"),
        ('a:b*c?"d<e>|.pdf', "a_b_c_d_e_.pdf"),
        ("关于2.5亩地的通知", "关于2.5亩地的通知.pdf"),
        ("通知.PDF", "通知.pdf"),
        ("字" * 500 + ".pdf", "字" * 116 + ".pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
    ],
)
def test_names_are_made_safe(given, stored):
    assert read_upload(pdf("甲"), given).name == stored


def test_a_number_in_a_name_is_not_repeated_to_anybody():
    number = make("id", 1)
    upload = read_upload(workbook(["姓名", make("phone", 1)]), f"{number}.xlsx")
    assert number not in " ".join(piece.where for piece in upload.pieces)
    with pytest.raises(Refusal) as refusal:
        read_upload(b"PK\x03\x04" + b"\0" * 90, f"{number}.xlsx")
    assert number not in str(refusal.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "是空的"),
        (b"%PDF-1.7" + b"\0" * MOST_BYTES, "最多 32 MB，请"),
        (zip_bomb, "解开后太大.*请拆成"),
        (pixel_bomb, "像素太多.*请缩小"),
        (photo()[:2000], "图片 附件甲.pdf 已损坏.*请重新保存"),
        (picture("PNG")[:60], "图片 附件甲.pdf 已损坏.*请重新保存"),
        (picture("BMP"), "另存为 JPG 或 PNG"),
        (picture("TIFF"), "另存为 JPG 或 PNG"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC.*转成 JPG"),
        (b"MZ\x90\x00\x03" + b"\x81\xff\x00" * 90, "不是能检查的格式，请用"),
        (b"Rar!\x1a\x07\x00", "压缩包.*请解开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "请另存为 .docx"),
        (lambda: ("字" * 99 + "\n").encode() * 21_000, "超过 200 万字，请拆成"),
    ],
    ids=range(13),
)
def test_what_may_not_be_stored_is_refused_in_words(data, message):
    with pytest.raises(Refusal, match=message) as refusal:
        read_upload(data() if callable(data) else data, "附件甲.pdf")
    assert len(refusal.value.lines) == 1
    assert re.search("附件甲", refusal.value.lines[0])


def test_a_word_file_with_a_program_in_it_is_refused():
    file = io.BytesIO(word("甲"))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"program")
    with pytest.raises(Refusal, match="带宏.*请另存为"):
        read_upload(file.getvalue(), "表.docm")
