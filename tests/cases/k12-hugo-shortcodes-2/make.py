# Hugo: shortcodes with text in parameters (tab header, figure caption, alert title), nested, raw-string params, relref links, highlight, escaped shortcode, include from a data file that isn't here; TOML front matter
open('backup.md','w',encoding='utf-8').write('''+++
title = "Backing up the milking robot"
description = "For robots of series M4"
draft = false
tags = ["dairy", "backup"]
[params]
contact = "Workshop, extension 427"
+++

{{% pageinfo color="info" %}}
The robot stores 21 days of milkings.
{{% /pageinfo %}}

{{< tabpane text=true >}}
{{% tab header="By cable" %}}
Plug the yellow cable into socket 3.
{{% /tab %}}
{{% tab header="By radio" lang="en" %}}
Pairing takes 70 seconds.
{{% /tab %}}
{{< /tabpane >}}

{{< figure src="socket.png" alt="Socket 3 under the flap" caption="The flap opens with key 10" >}}

{{< alert title="Cleaning" color="warning" >}}Never back up while the robot is cleaning.{{< /alert >}}

See [the restore page]({{< relref "restore.md#steps" >}}) and {{< ref-text "manual M4, chapter 12" >}}.

{{< highlight bash "linenos=table" >}}
robotctl dump --to usb0
{{< /highlight >}}

{{< details summary="What if the stick is full?" >}}
Delete everything older than May.
{{< /details >}}

Write {{</* note */>}} to make a note.

{{< param-table file="robot-env" >}}

{{< note `Back-ups are kept in safe 2` />}}

Ring {{% param "contact" %}} for help.
''')
