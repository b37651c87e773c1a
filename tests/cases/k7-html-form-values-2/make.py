# A saved, filled-in form: values stand in attributes, textareas, chosen options and outputs (chromium shows them all)
open('registration.html','w',encoding='utf-8').write('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Registration confirmation</title></head><body>
<main><h1>Registration for the kayak course</h1>
<p>Please check the entries below. They can be changed until 4 May.</p>
<form action="#">
<p><label for="n">Participant</label> <input id="n" type="text" value="Ingrid Solheim" readonly></p>
<p><label>Booking number <input type="text" value="KJ-48213" disabled></label></p>
<p><label>Level <select><option>Beginner</option><option selected>Intermediate with roll</option><option>Expert</option></select></label></p>
<fieldset><legend>Boat</legend>
<label><input type="radio" name="b"> Own boat</label>
<label><input type="radio" name="b" checked> Hire boat, 35 euros a day</label></fieldset>
<p><label for="r">Remarks</label><br><textarea id="r" rows="3" cols="50">Allergic to neoprene glue, needs a latex suit.
Left shoulder was operated in 2023.</textarea></p>
<p>Total to pay: <output>264.50 euros</output></p>
<p>Places taken: <meter min="0" max="12" value="9">9 of 12</meter></p>
<input type="hidden" name="csrf" value="9f8a7c66d1">
<input type="submit" value="Confirm the registration">
</form>
<p>The meeting point is the slip at Fiskebrygga.</p></main></body></html>''')
