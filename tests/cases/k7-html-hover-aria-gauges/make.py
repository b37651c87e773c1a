"""What a reader gets by pointing or that is drawn from an attribute: title, abbr, aria-label stars, meter and progress, placeholder, optgroup labels, a track of captions, hidden=until-found, area."""
import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
put('observatory.html', '''<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Brenn Observatory: visitor page</title></head><body>
<h1>Brenn Observatory</h1>
<p>Tours run by the <abbr title="Brenn Amateur Sky Society">BASS</abbr> start at <span title="in winter, from October to March, half an hour earlier">nine in the evening</span>.</p>
<p>Visitors say: <span role="img" aria-label="4 of 5 stars"><svg width="80" height="16"><path d="M0 0h64v16H0z"/></svg></span></p>
<p>Seats taken tonight: <meter min="0" max="30" value="27">27 of 30 seats</meter></p>
<p>Dome repair: <progress max="100" value="60">60 percent done</progress></p>
<table border="1"><tr><th>Object</th><th>Best month</th></tr>
<tr><td>Ring nebula</td><td title="only with the 40 cm mirror">August</td></tr><tr><td>Beehive cluster</td><td>March</td></tr></table>
<form><label>Choose a telescope <select><optgroup label="Needs a guide"><option>Refractor of 1911</option></optgroup><optgroup label="Free to use"><option>Dobsonian</option><option>Binocular stand</option></optgroup></select></label>
<input type="text" aria-label="Your name" placeholder="Name as on the ticket"><button type="button" aria-label="Ring the caretaker"><svg width="16" height="16"><circle cx="8" cy="8" r="7"/></svg></button></form>
<div hidden="until-found"><p>Lost gloves are kept in the drawer under the star map.</p></div>
<p aria-hidden="true">The car park closes at midnight.</p>
<video controls width="320"><source src="dome.mp4" type="video/mp4"><p>Film: opening of the dome shutter, 40 seconds.</p></video>
<p data-note="internal: ask Per" id="last">No dogs in the dome.</p>
</body></html>
''')
A = r'title|tooltip|attribute|aria|label|hidden|video|film'
case(what='texts shown on pointing or drawn from attributes: title, abbr, aria-label of stars and a button, meter, progress, optgroup labels, placeholder, a fold that find-in-page opens',
 reported=['https://github.com/dbashford/textract/issues/150', 'https://github.com/glitch-soc/mastodon/issues/2248'],
 must=['Brenn Observatory', 'BASS', T('Brenn Amateur Sky Society', A), T('from October to March, half an hour earlier', A), T('4 of 5 stars', A), 'Seats taken tonight', '27', 'Dome repair', '60',
  'Ring nebula', 'August', T('only with the 40 cm mirror', A), 'Beehive cluster', 'Choose a telescope', T('Needs a guide', A), 'Refractor of 1911', T('Free to use', A), 'Dobsonian', 'Binocular stand', T('Name as on the ticket', A), T('Ring the caretaker', A),
  T('drawer under the star map', A), 'The car park closes at midnight', 'No dogs in the dome'],
 order=False, mustnot=['ask Per'],
 question='Where are lost gloves kept at Brenn Observatory?', answer='in the drawer under the star map',
 more=[{'question': 'What does BASS stand for?', 'answer': 'Brenn Amateur Sky Society'}])
