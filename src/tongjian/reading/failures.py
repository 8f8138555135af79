"""Every way in which reading a file can fail: code, English, 中文. Described in docs/reference/error-codes.md."""

from __future__ import annotations

from collections.abc import Mapping

from tongjian.reading.errors import ReadingError

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 5_000_000

MESSAGES: Mapping[str, tuple[str, str]] = {
    "reading.file_missing": (
        "{name} cannot be opened: there is no such file, or it may not be read. Check the path and its permissions.",
        "无法打开“{name}”：文件不存在或没有读取权限。请检查路径和权限。",
    ),
    "reading.empty_file": (
        "{name} is empty: it holds no text. Check that the file was saved and copied completely.",
        "“{name}”是空文件，没有任何内容。请检查文件是否已保存、复制是否完整。",
    ),
    "reading.too_large": (
        "{name} is larger than 20 MB. Remove the images, or save the text alone, and try again.",
        "“{name}”超过 20 MB。请删去图片或只保存文字后重试。",
    ),
    "reading.too_long": (
        "{name} holds more than 5,000,000 characters of text. Split it and read the parts one by one.",
        "“{name}”的文字超过 500 万字。请拆分后逐个读取。",
    ),
    "reading.undecodable": (
        "{name} is not text that can be decoded (tried UTF-8, UTF-16 and GB18030; first bad byte at {at}). "
        "Open it in an editor and save it as UTF-8, or upload the docx.",
        "“{name}”无法解码为文字（已按 UTF-8、UTF-16、GB18030 尝试，第 {at} 字节起有误）。"
        "请用编辑器打开后另存为 UTF-8，或改传 docx 文件。",
    ),
    "reading.unsupported_format": (
        "{name} is {found}, which cannot be read. Save it as docx, pdf or txt and try again.",
        "“{name}”是{found_zh}，无法读取。请另存为 docx、pdf 或 txt 后重试。",
    ),
    "reading.legacy_format": (
        "{name} is in an old Word or WPS format (.doc, .wps, .rtf). Open it in Word or WPS and save it as docx.",
        "“{name}”是旧版 Word 或 WPS 格式（.doc、.wps、.rtf）。请用 Word 或 WPS 打开后另存为 docx。",
    ),
    "reading.office_missing": (
        "{name} is in an old Word or WPS format (.doc, .wps, .rtf, .odt), and LibreOffice, which can open it, is not "
        "installed here. Install LibreOffice, or open the file in Word or WPS and save it as docx.",
        "“{name}”是旧版 Word 或 WPS 格式（.doc、.wps、.rtf、.odt），而本机没有安装能打开它的 LibreOffice。"
        "请安装 LibreOffice，或用 Word、WPS 打开后另存为 docx。",
    ),
    "reading.office_failed": (
        "LibreOffice could not convert {name}: the file is damaged, protected or too large. "
        "Open it in Word or WPS and save it as docx.",
        "LibreOffice 未能转换“{name}”：文件已损坏、受保护或过大。请用 Word 或 WPS 打开后另存为 docx。",
    ),
    "reading.html_damaged": (
        "{name} is a web page that cannot be parsed. Open it in a browser, copy the text and save it as txt.",
        "“{name}”是网页，但无法解析。请用浏览器打开，复制正文后另存为 txt。",
    ),
    "reading.ofd_damaged": (
        "{name} is an OFD document that is damaged or incomplete. Copy it again, or upload the original docx.",
        "“{name}”是 OFD 文件，但已损坏或不完整。请重新复制，或改传原始 docx 文件。",
    ),
    "reading.ocr_missing": (
        "{name} has pages without a text layer, and text recognition is not installed here. "
        "Install it with `pip install tongjian[ocr]`, or upload the original docx.",
        "“{name}”有没有文字层的页面，而本机没有安装文字识别组件。请运行 pip install tongjian[ocr] 安装，或改传原始 docx 文件。",
    ),
    "reading.docx_encrypted": (
        "{name} is protected by a password. Remove the password in Word or WPS (File > Info > Protect) and save again.",
        "“{name}”设有打开密码。请在 Word 或 WPS 中取消密码（文件—信息—保护文档）后重新保存。",
    ),
    "reading.docx_damaged": (
        "{name} is damaged or was cut off while being copied: {detail}. Copy it again, or open it in Word and save it anew.",
        "“{name}”已损坏或传输不完整（{detail}）。请重新复制，或用 Word 打开修复后另存。",
    ),
    "reading.not_docx": (
        "{name} is a zip archive but not a Word document. Unpack it and choose the docx inside, or save it as docx.",
        "“{name}”是压缩包，不是 Word 文档。请解压后选择其中的 docx，或另存为 docx。",
    ),
    "reading.is_workbook": (
        "{name} is an Excel workbook, not a report. Import it on the page for departments' workbooks.",
        "“{name}”是 Excel 工作簿，不是报告。请在“填报”页面上传。",
    ),
    "reading.docx_unsafe": (
        "{name} was refused for safety: {detail}. Open it in Word and save it anew as docx.",
        "出于安全考虑未读取“{name}”（{detail}）。请用 Word 打开后另存为 docx。",
    ),
    "reading.pdf_encrypted": (
        "{name} is protected by a password. Remove the password, or upload the original docx.",
        "“{name}”设有打开密码。请取消密码，或改传原始 docx 文件。",
    ),
    "reading.pdf_damaged": (
        "{name} is damaged or was cut off while being copied. Copy it again, or upload the original docx.",
        "“{name}”已损坏或传输不完整。请重新复制，或改传原始 docx 文件。",
    ),
    "reading.pdf_scanned": (
        "{name} has no text layer: its {pages} page(s) are images. Upload the original docx, or run text recognition first.",
        "“{name}”没有文字层，{pages} 页均为图像（扫描件）。请改传原始 docx 文件，或先做文字识别。",
    ),
    "reading.no_text": (
        "{name} holds no text. Check that it is the right file.",
        "“{name}”中没有文字。请检查是否选错了文件。",
    ),
    "reading.nothing_found": (
        "Neither figures nor commitments were found in {name}. Check that it is a plan, report or bulletin; "
        "if it is, give title, area and year as hints.",
        "在“{name}”中既没有找到指标数据，也没有找到承诺。请确认它是计划、报告或公报；若是，请补充标题、地区和年份后重试。",
    ),
    "reading.parser_failed": (
        "{name} could not be read: the reader stopped ({detail}). Nothing was kept. "
        "Open the file in its own program, save it anew as docx, and try again.",
        "未能读取“{name}”：解析程序中止（{detail}），没有保留任何内容。请用原软件打开后另存为 docx 再试。",
    ),
}

Detail = tuple[str, str]


def failure(code: str, name: str, *, detail: Detail = ("", ""), **values: object) -> ReadingError:
    """The error of this code about the file `name`. detail: what exactly, in English and Chinese."""
    en, zh = MESSAGES[code]
    shown = name or "?"
    return ReadingError(
        code,
        en.format(name=shown, detail=detail[0], **values),
        zh.format(name=shown, detail=detail[1], **values),
    )
