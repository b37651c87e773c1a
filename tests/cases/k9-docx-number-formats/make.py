"""Word lists in other clothes: ordinal, cardinalText, decimalZero, upperRoman and decimalEnclosed formats, isLgl, a style link (numStyleLink), numId 0 that takes a number away, a level override that starts anew, a list that runs on inside table cells."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import zipfile
W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
def docx(name, body, numbering, styles=''):
    X = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'; R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    P = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
    with zipfile.ZipFile(out(name), 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('[Content_Types].xml', X + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' + ''.join(f'<Override PartName="/word/{p}.xml" ContentType="{P}{t}+xml"/>' for p, t in (('document', 'document.main'), ('styles', 'styles'), ('numbering', 'numbering'))) + '</Types>')
        z.writestr('_rels/.rels', X + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>')
        z.writestr('word/_rels/document.xml.rels', X + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{R}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="{R}/numbering" Target="numbering.xml"/></Relationships>')
        z.writestr('word/styles.xml', X + f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/></w:style>{styles}</w:styles>')
        z.writestr('word/numbering.xml', X + f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>')
        z.writestr('word/document.xml', X + f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>')
def lvl(i, fmt, text, start=1, extra='', font=''):
    return f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{extra}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{720 * (i + 1)}" w:hanging="360"/></w:pPr>{font}</w:lvl>'
def p(text, num=None, i=0, style='', extra=''):
    n = f'<w:numPr><w:ilvl w:val="{i}"/><w:numId w:val="{num}"/></w:numPr>' if num is not None else ''
    s = f'<w:pStyle w:val="{style}"/>' if style else ''
    return f'<w:p><w:pPr>{s}{n}{extra}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
num = (f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{lvl(0, "upperRoman", "Part %1:")}{lvl(1, "decimal", "%1.%2", extra="<w:isLgl/>")}{lvl(2, "decimalZero", "No. %3")}</w:abstractNum>'
 f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/><w:styleLink w:val="WatchList"/>{lvl(0, "ordinal", "%1 watch:")}{lvl(1, "lowerRoman", "(%2)")}</w:abstractNum>'
 f'<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="multilevel"/><w:numStyleLink w:val="WatchList"/></w:abstractNum>'
 f'<w:abstractNum w:abstractNumId="3"><w:multiLevelType w:val="singleLevel"/>{lvl(0, "decimal", "Question %1.")}</w:abstractNum>'
 f'<w:abstractNum w:abstractNumId="4"><w:multiLevelType w:val="singleLevel"/>{lvl(0, "cardinalText", "Rule %1")}</w:abstractNum>'
 '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num>'
 '<w:num w:numId="4"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num><w:num w:numId="5"><w:abstractNumId w:val="4"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num>')
styles = ('<w:style w:type="numbering" w:styleId="WatchList"><w:name w:val="Watch List"/><w:pPr><w:numPr><w:numId w:val="6"/></w:numPr></w:pPr></w:style>'
 '<w:style w:type="paragraph" w:styleId="Ask"><w:name w:val="Ask"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>')
cell = lambda t: f'<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{t}</w:tc>'
table = '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid>' + ''.join(f'<w:tr>{cell(a)}{cell(b)}</w:tr>' for a, b in (
  (p('Question'), p('Answer')), (p('Who locks the lamp room?', style='Ask'), p('the last keeper')), (p('Where is the spare mantle?', style='Ask'), p('in the tin chest')))) + '</w:tbl>'
body = (p('Lamp keeper’s handbook') + p('Oil', 1) + p('Store it in the stone vault', 1, 1) + p('two barrels of colza', 1, 2) + p('one barrel of spirit', 1, 2) + p('Light', 1) + p('Trim the wick at dusk', 1, 1)
 + p('starboard stair', 2) + p('wind the clock', 2, 1) + p('enter the log', 2, 1) + p('port stair', 2)
 + p('Why is the lens turned?', style='Ask') + p('A remark between the questions.', 0, style='Ask') + table + p('How far does the light reach?', style='Ask')
 + p('Which keeper writes the log?', 4) + p('never leave the lamp alone', 5) + p('no guests after dark', 5))
docx('keeper.docx', body, num, styles)
case(what='Word numbers as ordinals, words, Roman with isLgl below, zero-padded; numbers from a numbering style and a paragraph style; numId 0; a start override; numbering that goes on in table cells',
 reported=['https://github.com/jgm/pandoc/issues/8367', 'https://github.com/jgm/pandoc/issues/9221', 'https://github.com/jgm/pandoc/issues/10258'],
 must=['Lamp keeper’s handbook', 'Part I: Oil', '1.1 Store it in the stone vault', 'No. 01 two barrels of colza', 'No. 02 one barrel of spirit', 'Part II: Light', '2.1 Trim the wick at dusk', '1st watch: starboard stair', '(i) wind the clock', '(ii) enter the log', '2nd watch: port stair',
  'Question 1. Why is the lens turned?', 'A remark between the questions', 'Question 2. Who locks the lamp room?', 'the last keeper', 'Question 3. Where is the spare mantle?', 'in the tin chest', 'Question 4. How far does the light reach?', 'Question 9. Which keeper writes the log?', 'Rule One never leave the lamp alone', 'Rule Two no guests after dark'],
 mustnot=['Question 2. A remark'],
 question='What is question 4 in the lamp keeper’s handbook?', answer='How far does the light reach?',
 more=[{'question': 'What does the 2nd watch take?', 'answer': 'port stair'}])
