# Tabs and accordions without script: checkbox hack, radio tabs, :target; plus text hidden from everyone (no control shows it)
open('museum.html','w',encoding='utf-8').write('''<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Tile museum</title><style>
.acc input{position:absolute;opacity:0}.acc .body{max-height:0;overflow:hidden}.acc input:checked~.body{max-height:30em}
.tabs input{display:none}.tabs .p{display:none}#t1:checked~.p1,#t2:checked~.p2{display:block}
.sheet{display:none}.sheet:target{display:block}
.sr{position:absolute;left:-9999px}.draft{display:none}
</style></head><body><main><h1>Tile museum</h1>
<p>The museum shows 3,200 tiles from five centuries.</p>
<div class="acc"><input type="checkbox" id="a1"><label for="a1">Is there a lift?</label><div class="body"><p>Yes, a lift with a door of 92 cm goes to all floors.</p></div></div>
<div class="acc"><input type="checkbox" id="a2"><label for="a2">May I bring a dog?</label><div class="body"><p>Only guide dogs are let in.</p></div></div>
<div class="tabs"><input type="radio" name="t" id="t1" checked><label for="t1">Summer</label><input type="radio" name="t" id="t2"><label for="t2">Winter</label>
<div class="p p1">In summer the doors open at 9:15.</div><div class="p p2">In winter the doors open at 11:40.</div></div>
<p><a href="#school">For schools</a></p>
<div id="school" class="sheet"><p>A guided tour for a class costs 65 euros.</p></div>
<p class="draft">Admission will rise to 19 euros in 2027.</p>
<p>Admission is 14 euros.</p></main></body></html>''')
