"""HTML lists as DITA and CMS writers make them: sublists wrapped in <div>s inside <li>, a table inside a step, a list that goes on with start=4 after a note,
letters, reversed numbers, <li value>, a definition list in a step.
reported: https://github.com/docling-project/docling/issues/3618 (content in <div> inside <li> dropped), https://github.com/docling-project/docling/pull/3738 (table in a list item),
          https://github.com/thomas-villani/all2md/pull/87 (start lost)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'boiler.html').write_text('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Boiler KB-3: yearly service</title></head><body>
<h1>Yearly service of boiler KB-3</h1>
<ol class="ol steps">
<li class="li step stepexpand"><span class="ph cmd">Shut the fuel supply.</span>
 <div class="itemgroup info"><div><div><ul class="ul"><li>Oil: red lever to the left</li><li>Gas: turn valve G2<ul><li>use the square key from box 9</li></ul></li></ul></div></div></div></li>
<li class="li step"><span class="ph cmd">Let the boiler cool.</span><div class="itemgroup info"><table><tr><th>Outside</th><th>Waiting time</th></tr><tr><td>below 5 degrees</td><td>25 minutes</td></tr><tr><td>above 5 degrees</td><td>40 minutes</td></tr></table></div></li>
<li class="li step"><p>Remove the cover plate.</p><p>Six screws hold it; the longest one belongs at the top.</p></li>
</ol>
<p class="note">Two people are needed from here on.</p>
<ol start="4" class="ol steps">
<li>Fit the new gasket (part 7750).</li>
<li>Check the flame in this order:
 <ol type="a"><li>colour blue</li><li>height 6 cm</li><li>no flicker for one minute</li></ol></li>
<li value="8">Write the date on the service card.<dl><dt>Card colour</dt><dd>green for oil, yellow for gas</dd></dl></li>
</ol>
<h2>Error counter</h2>
<ol reversed><li>locks the burner</li><li>sounds the horn</li><li>lights the lamp</li></ol>
</body></html>
''', encoding='utf-8')
