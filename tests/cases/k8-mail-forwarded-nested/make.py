"""Mail forwarded as attachment (message/rfc822) two levels deep, the innermost with an attached text; and a bounce (multipart/report) that carries the refused message.
reported: https://github.com/newroco/emlviewer/issues/61 (attachments of an attached mail not shown), https://github.com/thunderbird-conversations/thunderbird-conversations/issues/1486,
          https://github.com/RainLoop/rainloop-webmail/issues/435 (also for delivery notices), https://github.com/cozy/cozy-emails/issues/231 (digests)"""
from email.message import EmailMessage
from email.utils import format_datetime
from datetime import datetime, timezone, timedelta
from pathlib import Path
D = Path(__file__).parent / 'docs'; D.mkdir(exist_ok=True)
T = timezone(timedelta(hours=1))
def mail(frm, to, subject, when, text):
    m = EmailMessage(); m['From'] = frm; m['To'] = to; m['Subject'] = subject; m['Date'] = format_datetime(when); m.set_content(text); return m
inner = mail('Ida Holm <ida@lab.example>', 'Per Aas <per@works.example>', 'Water sample of well 6', datetime(2026, 2, 3, 9, 12, tzinfo=T), 'The sample of well 6 holds 0.8 milligrams of manganese in a litre.\n\nIda\n')
inner.add_attachment('Well;Nitrate;Manganese\n5;11;0.1\n6;19;0.8\n', subtype='csv', filename='wells.csv')
middle = mail('Per Aas <per@works.example>', 'Board <board@works.example>', 'Please decide about well 6', datetime(2026, 2, 4, 15, 1, tzinfo=T), 'I propose to shut well 6 until the filter is changed.\n\nPer\n')
middle.add_attachment(inner)
outer = mail('Office <office@works.example>', 'Siri Moe <siri@works.example>', 'Fwd: two mails for the minutes', datetime(2026, 2, 6, 8, 30, tzinfo=T), 'Siri, put both into the minutes, please.\n')
outer.add_attachment(middle)
(D / 'minutes.eml').write_bytes(outer.as_bytes())
(D / 'undelivered.eml').write_bytes('''From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: siri@works.example
Subject: Undelivered Mail Returned to Sender
Date: Fri, 6 Feb 2026 11:02:55 +0100 (CET)
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="B0.6"

--B0.6
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered to one recipient.

--B0.6
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Fri,  6 Feb 2026 11:02:50 +0100 (CET)

Final-Recipient: rfc822; tore@filter.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox of tore is full

--B0.6
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: Siri Moe <siri@works.example>
To: tore@filter.example
Subject: Order of the filter
Date: Fri, 6 Feb 2026 11:02:48 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

We order three filters of type MN-40 for the pump house in T=F8nsberg.

--B0.6--
'''.replace('\n', '\r\n').encode())
