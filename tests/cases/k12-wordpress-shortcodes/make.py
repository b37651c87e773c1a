"""WordPress: an export file (WXR) whose pages stand in content:encoded with block comments and shortcodes that carry text in attributes and bodies, comments of readers; and the same kind of shortcodes in a Markdown file of a converter."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('parish.wordpress.xml', '''<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.5" created="2026-03-02 09:00" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Parish of Elder Hill</title><link>https://elder.example</link><description>News and dates</description><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_login><![CDATA[beatrix]]></wp:author_login><wp:author_display_name><![CDATA[Beatrix Lowe]]></wp:author_display_name></wp:author>
<item><title><![CDATA[Hall & kitchen]]></title><dc:creator><![CDATA[beatrix]]></dc:creator><content:encoded><![CDATA[<!-- wp:paragraph {"dropCap":true,"className":"lead-x"} -->
<p class="lead-x">The hall holds <strong>140</strong> people.</p>
<!-- /wp:paragraph -->

<!-- wp:table -->
<figure class="wp-block-table"><table><thead><tr><th>Room</th><th>Rent</th></tr></thead><tbody><tr><td>Hall</td><td>60 pounds</td></tr><tr><td>Kitchen</td><td>25 pounds</td></tr></tbody></table><figcaption>Rents from April</figcaption></figure>
<!-- /wp:table -->

<!-- wp:shortcode -->
[caption id="attachment_81" align="aligncenter" width="300"]<img src="https://elder.example/stove.jpg" alt="Stove with six rings" width="300" /> The new stove of 2025[/caption]
<!-- /wp:shortcode -->

[su_accordion][su_spoiler title="Who has the key?" open="no"]Mr Pratt at the forge.[/su_spoiler][/su_accordion]
[button link="/book" text="Ask for a date"] [[gallery]]

<!-- wp:core-embed/youtube {"url":"https://video.example/1"} -->
<figure><figcaption>Film of the harvest supper</figcaption></figure>
<!-- /wp:core-embed/youtube -->]]></content:encoded><excerpt:encoded><![CDATA[Rents and keys]]></excerpt:encoded><wp:post_type><![CDATA[page]]></wp:post_type><wp:status><![CDATA[publish]]></wp:status>
<wp:postmeta><wp:meta_key><![CDATA[_edit_lock]]></wp:meta_key><wp:meta_value><![CDATA[1772440000:7]]></wp:meta_value></wp:postmeta>
<wp:comment><wp:comment_author><![CDATA[Old Tom]]></wp:comment_author><wp:comment_content><![CDATA[The back door sticks, push hard.]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment></item>
</channel></rss>
''')
put('choir.md', '''---
title: Choir
date: 2026-02-11
---
[vc_row][vc_column width="1/2"][vc_column_text]We sing on Tuesdays at half past seven.[/vc_column_text][/vc_column][vc_column width="1/2"][testimonial author="Ines Moor" role="alto"]Best hour of my week.[/testimonial][/vc_column][/vc_row]

[tabs]
[tab title="Altos"]Row three, left of the organ[/tab]
[tab title="Basses"]Row four, under the gallery[/tab]
[/tabs]

[pricing_table][plan name="Year" price="36 pounds" note="students half"][/pricing_table]

See [the rota][1] and [x] bring a pencil.

[1]: https://elder.example/rota
''')
S = r'shortcode|attribute'
case(what='WordPress export with block comments, caption, spoiler and button shortcodes, table caption, reader comment; page-builder shortcodes in Markdown with texts in attributes',
 reported=['https://github.com/lonekorean/wordpress-export-to-markdown/issues/159', 'https://github.com/tradik/wpexporter/issues/47', 'https://github.com/tradik/wpexporter/issues/21'],
 must=['Parish of Elder Hill', 'Hall & kitchen', 'The hall holds', '140', 'Room', 'Rent', 'Kitchen', '25 pounds', 'Rents from April', 'Stove with six rings', 'The new stove of 2025', T('Who has the key?', S), 'Mr Pratt at the forge', T('Ask for a date', S), 'Film of the harvest supper', 'Old Tom', 'The back door sticks, push hard',
  'We sing on Tuesdays at half past seven', T('Ines Moor', S), 'Best hour of my week', T('Altos', S), 'Row three, left of the organ', T('Basses', S), 'Row four, under the gallery', T('36 pounds', S), T('students half', S), 'the rota', 'bring a pencil'],
 order=False, sequence=['Hall & kitchen', 'Rents from April', 'The new stove of 2025', 'Mr Pratt at the forge', 'We sing on Tuesdays at half past seven', 'Row three, left of the organ', 'Row four, under the gallery'],
 mustnot=['wp:paragraph', 'dropCap', '[/caption]', '[/su_spoiler]', '[vc_row]', '1772440000:7', 'lead-x'],
 question='Who has the key of the hall on Elder Hill?', answer='Mr Pratt at the forge',
 more=[{'question': 'Where do the basses of the choir stand?', 'answer': 'Row four, under the gallery'}])
