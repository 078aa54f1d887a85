"""What makes a paper fit to be kept for decades: PDF/A-2b, ISO 19005-2, and what a reader's program shows of it.

The parts of it: metadata that say the title and the part of the standard (6.6.2), an output intent for the colours
(6.2.3), a file without encryption, actions or anything from outside. Fonts: embedding.py; structure: structure.py.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from desktop.printing import srgb

LANGUAGE = "zh-CN"
PRODUCER = "Qianshao"


def metadata(title: str, *, conforming: bool = True) -> bytes:
    """Return the XMP packet (ISO 16684-1) that says what the document information says: title and producer.

    No date and no person: the paper's own dates stand on the paper, and the same paper is the same bytes on any day.
    ``conforming`` is false for a file that holds pages of others which cannot be vouched for.
    """
    declared = CONFORMING if conforming else ""
    return PACKET.format(title=escape(title), language=LANGUAGE, producer=PRODUCER, declared=declared).encode()


CONFORMING = """
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>"""
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{declared}
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""

CONDITION = srgb.NAME
"""Of the output intent: its identifier and its information."""


def profile() -> bytes:
    """Return the profile of the output intent."""
    return srgb.profile()
