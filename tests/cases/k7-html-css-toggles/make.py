"""Content that only CSS or an attribute hides until the reader asks for it: Bootstrap tabs and collapse (rules in <style>), :target sections,
:checked toggles, <dialog> and popover, details of one group. One paragraph has no control that shows it; one line is white on white.
reported: https://github.com/docling-project/docling/issues/2330 (large parts of HTML pages missing), https://github.com/adbar/trafilatura/issues/430 (whole sections skipped)
          https://github.com/executablebooks/sphinx-tabs/pull/203 (hidden attribute left on tab panels)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'library.html').write_text('''<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Town library - lending</title>
<style>
.tab-pane{display:none}.tab-pane.active{display:block}
.collapse:not(.show){display:none}
section.page{display:none}section.page:target{display:block}
#more{display:none}#toggle:checked ~ #more{display:block}
.oldfee{display:none}
</style></head><body><main>
<h1>Lending at the town library</h1>
<ul class="nav nav-tabs"><li><a data-bs-toggle="tab" href="#books">Books</a></li><li><a data-bs-toggle="tab" href="#tools">Tools</a></li></ul>
<div class="tab-content">
<div class="tab-pane active" id="books"><p>Books may be kept for four weeks.</p></div>
<div class="tab-pane" id="tools"><p>The cargo bike is lent for two days against a deposit of 150 euros.</p></div></div>
<p><a class="btn" data-bs-toggle="collapse" href="#late">What if I am late?</a></p>
<div class="collapse" id="late"><p>Each started week costs 1.20 euros for each medium.</p></div>
<p><a href="#rooms">Group rooms</a></p>
<section class="page" id="rooms"><h2>Group rooms</h2><p>Room Astrid seats six and is booked at the desk on the second floor.</p></section>
<input type="checkbox" id="toggle"><label for="toggle">Read more about lost cards</label>
<div id="more"><p>A lost card is replaced for 5 euros; bring your passport.</p></div>
<details name="q"><summary>Can I return books on Sundays?</summary><p>Yes, through the flap in Mill Street.</p></details>
<details name="q"><summary>Is there a printer?</summary><p>Printing costs 10 cents a page, colour 40 cents.</p></details>
<button popovertarget="pop">Opening hours of the archive</button><div id="pop" popover><p>The archive opens on Wednesdays from 13:00 to 16:30.</p></div>
<button onclick="document.getElementById('dlg').showModal()">Contact</button><dialog id="dlg"><p>Ask for Ms Brandvold, extension 61.</p></dialog>
<p class="oldfee">Until 2019 each week cost 9 euros.</p>
<p style="color:#ffffff;background:#ffffff">Best library cheap library download library</p>
<p>The library is closed in week 30.</p>
</main></body></html>
''', encoding='utf-8')
