"""FictionBook: windows-1251 with notes in a second body, epigraph, poem, table, cite, annotation, a picture with alt text; and a zipped .fb2.zip."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
import zipfile
fb = lambda enc, body: (f'<?xml version="1.0" encoding="{enc}"?>\n<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink">{body}</FictionBook>\n').encode(enc)
put('mayak.fb2', fb('windows-1251', '''<description><title-info><genre>prose</genre><author><first-name>Нина</first-name><last-name>Ветрова</last-name></author><book-title>Маяк на косе</book-title><annotation><p>Повесть о смотрителе, который боялся моря.</p></annotation><lang>ru</lang></title-info><document-info><program-used>FB Tools 4</program-used><id>a81f-77</id></document-info></description>
<body><title><p>Нина Ветрова</p><p>Маяк на косе</p></title><epigraph><p>Свет дальше голоса.</p><text-author>Старая поговорка</text-author></epigraph>
<section><title><p>Глава первая</p></title><p>Лампу зажигали в <strong>се</strong>мь вечера<a l:href="#n1" type="note">[1]</a>, и ждали тумана.</p><empty-line/>
<poem><title><p>Песня лоцмана</p></title><stanza><v>Ветер с норда, ветер злой,</v><v>поверни меня домой.</v></stanza></poem>
<table><tr><th>Месяц</th><th>Керосин</th></tr><tr><td>Март</td><td>девять вёдер</td></tr></table>
<cite><p>Берегите стекло.</p><text-author>Инструкция 1903 года</text-author></cite><image l:href="#lamp" alt="Чертёж лампы"/>
<section><title><p>Ночь</p></title><subtitle>Туман</subtitle><p>Колокол бил каждые две минуты.</p></section></section></body>
<body name="notes"><title><p>Примечания</p></title><section id="n1"><title><p>1</p></title><p>В октябре лампу зажигали в пять.</p></section></body>
<binary id="lamp" content-type="image/png">iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==</binary>'''))
with zipfile.ZipFile(out('ferryman.fb2.zip'), 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('ferryman.fb2', fb('utf-8', '<description><title-info><author><nickname>Old Oar</nickname></author><book-title>The ferryman</book-title><lang>en</lang></title-info></description><body><section><title><p>One</p></title><p>The ferryman kept his fares in a herring barrel.</p><p>He never crossed on a Friday<a l:href="#c1" type="note">*</a>.</p></section></body><body name="comments"><section id="c1"><p>Except in 1921, when the doctor asked.</p></section></body>'))
case(what='FictionBook in windows-1251 with notes body, epigraph, poem, table, cite, annotation and alt text; fb2 in a zip',
 reported=['https://github.com/jgm/pandoc/issues/5493', 'https://github.com/mrviduus/textstack/pull/36', 'https://github.com/Acclorite/book-story/issues/242'],
 must=['Маяк на косе', 'Ветрова', 'Повесть о смотрителе, который боялся моря', 'Свет дальше голоса', 'Старая поговорка', 'Глава первая', 'Лампу зажигали в', 'вечера', 'Песня лоцмана', 'Ветер с норда, ветер злой', 'поверни меня домой', 'Месяц', 'Керосин', 'Март', 'девять вёдер', 'Берегите стекло', 'Инструкция 1903 года', T('Чертёж лампы', 'picture|image|alt'), 'Туман', 'Колокол бил каждые две минуты', 'В октябре лампу зажигали в пять',
  'The ferryman kept his fares in a herring barrel', 'Old Oar', 'Except in 1921, when the doctor asked'],
 order=False, sequence=['Свет дальше голоса', 'Глава первая', 'Ветер с норда, ветер злой', 'девять вёдер', 'Берегите стекло', 'Колокол бил каждые две минуты'], mustnot=['iVBORw0KG', 'FB Tools', 'gribuser'],
 question='Во сколько зажигали лампу в октябре?', answer='в пять',
 more=[{'question': 'In which year did the ferryman cross on a Friday?', 'answer': '1921'}])
