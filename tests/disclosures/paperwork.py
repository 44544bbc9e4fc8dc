"""Real files as an office makes them."""

import io
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

# EXIF: orientation 6 (turn right), and where the camera stood.
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def saved(document, **options):
    file = io.BytesIO()
    document.save(file, **options)
    return file.getvalue()


def word(*cells):
    """A document with a table of one row."""
    document = docx.Document()
    table = document.add_table(rows=1, cols=max(1, len(cells)))
    for cell, text in zip(table.rows[0].cells, cells, strict=False):
        cell.text = text
    return saved(document)


def workbook(*rows, sheet="名单"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    return saved(book)


def pdf(*pages):
    registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    for text in pages:
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(40, 800, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def photo(width=400, height=300):
    """As a phone takes it: lying on its side, with the place in it. The left half is red, the right one blue."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = image.getexif()
    exif[ORIENTATION], exif[MAKE] = 6, "示例相机"
    exif.get_ifd(GPS).update({1: "N", 2: (36.0, 4.0, 12.0), 3: "E", 4: (115.0, 12.0, 13.0)})
    return saved(image, format="JPEG", exif=exif, comment=b"36.0712 115.2034")


def picture(form, width=60, height=40, **options):
    return saved(Image.new("RGB", (width, height), "green"), format=form, **options)


def zip_bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 300_000_000)
    return file.getvalue()


def pixel_bomb():
    """A few kB that say they are 3 600 million pixels."""
    image = bytearray(picture("PNG", 8, 8))
    image[16:24] = (60_000).to_bytes(4) * 2

    image[29:33] = zlib.crc32(bytes(image[12:29])).to_bytes(4)
    return bytes(image)
