"""A filled form saved from the browser (values in attributes and in textarea): field values are what the reader came for.
reported: https://github.com/html-screen-capture-js/html-screen-capture-js/issues/4
          https://github.com/AI-Prompt-Genius/AI-Prompt-Genius/issues/17 (innerText of a form is empty, the value has to be asked for)"""
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
(D / 'felling-application.html').write_text('''<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Tree works application 2026/118 - Norrby council</title>
<style>label{display:block;margin-top:.6em}</style></head><body>
<h1>Application for tree works</h1>
<p>Saved from the online service on 4 May 2026. Fields marked with * had to be filled in.</p>
<form action="/apply" method="post">
<input type="hidden" name="csrf_token" value="9f3c1a77d0">
<label>Applicant * <input type="text" name="name" value="Ruth Ekwall" readonly></label>
<label>Property number * <input name="prop" value="Norrby 4:17" disabled></label>
<p><label for="phone">Telephone</label> <input id="phone" type="tel" value="0660 44 19 83"></p>
<label>Kind of work <select name="kind"><option>Pruning</option><option selected>Felling</option><option>Crown lifting</option></select></label>
<fieldset><legend>Where do the trees stand?</legend>
<label><input type="radio" name="w" value="1"> Beside a public road</label>
<label><input type="radio" name="w" value="2" checked> In a private garden</label></fieldset>
<fieldset><legend>Declarations</legend>
<label><input type="checkbox" checked> The neighbours have been told</label>
<label><input type="checkbox"> A bat survey is enclosed</label></fieldset>
<label>Reasons *<br><textarea name="why" rows="4" cols="60">Two ash trees behind the barn, 14 metres tall,
have dieback. The northern one leans over the power line.</textarea></label>
<p>Height of the taller tree: <output name="h">14.5 metres</output></p>
<p>Handling of the case: <progress max="4" value="3">step 3 of 4</progress></p>
<label>Coupon <input name="coupon" placeholder="e.g. SPRING24"></label>
<input type="submit" value="Send the application to the forester">
</form>
<p>The fee of 65 euros is due within 10 days.</p>
</body></html>
''', encoding='utf-8')
