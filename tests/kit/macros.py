"""Word files settled by LibreOffice itself: all changes accepted, or all rejected."""

from __future__ import annotations

import html
import subprocess
from collections.abc import Mapping
from pathlib import Path

from generator.office.soffice import find

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = (
    'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_LIBRARIES = (
    '<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" '
    f'"libraries.dtd">\n<library:libraries {_SPACES}><library:library library:name="Standard" '
    'xlink:href="$(USER)/basic/Standard/{0}.xlb/" xlink:type="simple" library:link="false"/>'
    "</library:libraries>"
)
_LIBRARY = (
    '<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" '
    f'"library.dtd">\n<library:library {_SPACES} library:name="Standard" library:readonly="false" '
    'library:passwordprotected="false">{0}</library:library>'
)
_MODULE = (
    '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">\n'
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Settling" '
    'script:language="StarBasic">{0}</script:module>'
)
_BASIC = """
Sub Settle(folder As String, count As Integer)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim out(0) As New com.sun.star.beans.PropertyValue
  out(0).Name = "FilterName" : out(0).Value = "MS Word 2007 XML"
  helper = createUnoService("com.sun.star.frame.DispatchHelper")
  For i = 0 To count - 1
    For Each verb In Array("Accept", "Reject")
      source = ConvertToURL(folder & "/" & i & ".docx")
      doc = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
      frame = doc.CurrentController.Frame
      helper.executeDispatch(frame, ".uno:" & verb & "AllTrackedChanges", "", 0, Array())
      doc.storeToURL(ConvertToURL(folder & "/" & verb & "/" & i & ".docx"), out())
      doc.close(True)
    Next
  Next
  StarDesktop.terminate()
End Sub
"""
#: What LibreOffice puts into cells that hold nothing but a change.
DUMMY = "\u200d"


def settled(files: Mapping[int, bytes], folder: Path) -> dict[int, tuple[bytes, bytes]]:
    """Each file with all changes accepted, and with all rejected."""
    home = folder / "profile"
    profile = f"-env:UserInstallation=file://{home}"
    office = [find(), profile, "--headless", "--norestore"]
    subprocess.run([*office, "--terminate_after_init"], check=True, timeout=300)
    basic = home / "user" / "basic"
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    for kind, held in (("script", '<library:element library:name="Settling"/>'), ("dialog", "")):
        (basic / f"{kind}.xlc").write_text(_HEAD + _LIBRARIES.format(kind))
        (basic / "Standard" / f"{kind}.xlb").write_text(_HEAD + _LIBRARY.format(held))
    (basic / "Standard" / "Settling.xba").write_text(_HEAD + _MODULE.format(html.escape(_BASIC)))
    order = list(files)
    for verb in ("Accept", "Reject"):
        (folder / verb).mkdir()
    for at, number in enumerate(order):
        (folder / f"{at}.docx").write_bytes(files[number])
    macro = f'macro:///Standard.Settling.Settle("{folder}",{len(order)})'
    subprocess.run([*office, macro], check=True, timeout=1800)
    return {
        number: tuple((folder / verb / f"{at}.docx").read_bytes() for verb in ("Accept", "Reject"))  # type: ignore[misc]
        for at, number in enumerate(order)
    }
