"""Another program opens our workbooks: LibreOffice, with nothing to go by but the formulas."""

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from openpyxl import load_workbook

# LibreOffice trusts the figures it finds in a file unless it is told to compute them all.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
COMPUTED = re.compile(rb'(<f>[^<]*</f>)<v>[^<]*</v>')


def without_values(content):
    """Return the workbook with 0 for everything that a formula came to."""
    emptied = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(emptied, 'w') as target:
        for name in source.namelist():
            target.writestr(name, COMPUTED.sub(rb'\1<v>0</v>', source.read(name)))
    return emptied.getvalue()


def convert(content, kind):
    """Return what LibreOffice makes of a workbook.

    :param content: bytes of a workbook
    :param kind: 'xlsx' or 'pdf'
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / 'user').mkdir()
        (folder / 'user' / 'registrymodifications.xcu').write_text(SETTINGS)
        (folder / 'given.xlsx').write_bytes(content)
        subprocess.run(
            [shutil.which('soffice') or 'soffice', f'-env:UserInstallation={folder.as_uri()}', '--headless',
             '--convert-to', kind, '--outdir', str(folder / 'made'), str(folder / 'given.xlsx')],
            check=True, capture_output=True, timeout=120)
        return (folder / 'made' / f'given.{kind}').read_bytes()


def recalculated(content):
    """Return the workbook with every formula computed by LibreOffice."""
    return load_workbook(io.BytesIO(convert(without_values(content), 'xlsx')), data_only=True)
