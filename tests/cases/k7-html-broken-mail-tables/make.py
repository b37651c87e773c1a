# Newsletter HTML with tr inside td, text between table rows (foster-parented), unclosed tags, nested layout tables
open('newsletter.html','w',encoding='utf-8').write('''<html><head><title>Harbour news June</title></head><body bgcolor="#ffffff">
<!-- generator: mailing 4.2 --><table width="600" align="center"><tr><td>
<tr><td><font size="5">Harbour news, June</font></td></tr>
</td></tr>
<tr><td><table border="0"><tr><td width="50%" valign="top"><b>Crane</b><br>The 12-tonne crane is out of order until 19 June<p>Use the slip in the meantime<td valign="top"><b>Diesel</b><br>Diesel costs 1.87 euros a litre from Monday</table></td></tr>
The harbour master is on leave from 3 to 10 June.
<tr><td><table><tr><td><p>Berth fees</p><table><tr><th>Length<th>Fee<tr><td>up to 8 m<td>610 euros<tr><td>up to 12 m<td>935 euros</table></td></tr></table>
<tr><td>Questions: <a href="mailto:berth@havn.example">write to the office</a><br>VHF channel 74
</table></body></html>''')
